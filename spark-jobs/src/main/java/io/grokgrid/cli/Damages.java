package io.grokgrid.cli;

import io.grokgrid.console.Console;
import io.grokgrid.store.Damage;
import java.util.List;

/** Says what of a store is damaged. */
final class Damages {
  private static final int SHOWN = 20;

  private Damages() {}

  static void say(List<Damage> damages, Console console) {
    damages.stream().limit(SHOWN).forEach(damage -> console.say("left out: " + damage));
    if (damages.size() > SHOWN) {
      console.say("left out: " + (damages.size() - SHOWN) + " more, see verify");
    }
  }
}
