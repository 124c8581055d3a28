package io.grokgrid.jobs;

import io.grokgrid.console.Console;
import io.grokgrid.store.BrokenStore;
import io.grokgrid.store.Damage;
import java.util.List;

/** Says what of a store is damaged. */
public final class Damages {
  private static final int SHOWN = 20;

  private Damages() {}

  /** For commands that read: the rest is answered from. */
  public static void say(List<Damage> damages, Console console) {
    damages.stream().limit(SHOWN).forEach(damage -> console.say("left out: " + damage));
    if (damages.size() > SHOWN) {
      console.say("left out: " + (damages.size() - SHOWN) + " more, see verify");
    }
  }

  /**
   * For commands that train.
   *
   * @throws BrokenStore if runs may be in what cannot be read: they would be trained again
   */
  static void refuse(List<Damage> damages, Console console) {
    say(damages, console);
    if (damages.stream().anyMatch(Damage::holdsRuns)) {
      throw new BrokenStore(
          "nothing is trained while runs may lie in what cannot be read: verify --repair takes it"
              + " out of the store, then they are trained again");
    }
  }
}
