package io.grokgrid.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigValueFactory;
import io.grokgrid.hocon.Problems;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConditionTest {
  /** A slip in an annotation would silence a rule. */
  @Test
  void everyAnnotationNamesAKeyAndAValueThatItCanHave() {
    assertThat(Key.ALL.stream().flatMap(Key::idleWhere)).hasSizeGreaterThan(10);
    Key.ALL.stream()
        .flatMap(Key::idleWhere)
        .flatMap(List::stream)
        .forEach(
            condition -> {
              Problems problems = new Problems();
              new Values(Chosen.ANY, problems)
                  .read(
                      condition.key(),
                      condition.path(),
                      ConfigValueFactory.fromAnyRef(condition.value()));
              problems.done();
            });
  }

  @Test
  void numbersAreComparedByValue() {
    Condition zero = new Condition("model.dropout", true, "0");
    assertThat(zero.accepts(-0.0)).isTrue();
    assertThat(zero.accepts(0.5)).isFalse();
    assertThat(zero.accepts(null)).isFalse();
    assertThat(new Condition("model.dropout", false, "0").accepts(null)).isFalse();
  }
}
