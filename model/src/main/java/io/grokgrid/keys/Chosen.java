package io.grokgrid.keys;

import static java.util.Locale.ROOT;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.grokgrid.base.Kind;
import io.grokgrid.hocon.Document;
import io.grokgrid.net.ModelKind;
import io.grokgrid.task.TaskKind;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The kinds that a configuration's runs can be of, as far as that can be seen before it is read.
 *
 * @param kinds of tasks and of models
 * @param keys that say something about any of these runs
 */
public record Chosen(List<Kind> kinds, List<Key> keys) {
  public static final Chosen ANY = of(List.of(TaskKind.values()), List.of(ModelKind.values()));

  /** What {@code run} says, or the members of the grid instead; any where that is no kind. */
  public static Chosen of(Document configuration) {
    return of(
        kinds(configuration, "task", TaskKind.values()),
        kinds(configuration, "model", ModelKind.values()));
  }

  private static Chosen of(List<Kind> tasks, List<Kind> models) {
    List<Kinds> runs =
        Kinds.ALL.stream()
            .filter(run -> tasks.contains(run.task()) && models.contains(run.model()))
            .toList();
    return new Chosen(
        Stream.concat(tasks.stream(), models.stream()).toList(),
        Key.ALL.stream().filter(key -> runs.stream().anyMatch(key::appliesTo)).toList());
  }

  private static List<Kind> kinds(Document configuration, String section, Kind... all) {
    @Nullable ConfigValue ofRun = kind(configuration.root().get("run"), section);
    Stream<String> ofGrid =
        configuration.grids().stream()
            .map(grid -> kind(grid, section))
            .flatMap(varied -> names(varied == null ? ofRun : varied));
    Set<String> names =
        (configuration.grids().isEmpty() ? names(ofRun) : ofGrid).collect(Collectors.toSet());
    List<Kind> named =
        Stream.of(all).filter(kind -> names.contains(kind.name().toLowerCase(ROOT))).toList();
    return named.isEmpty() ? List.of(all) : named;
  }

  private static @Nullable ConfigValue kind(@Nullable ConfigValue run, String section) {
    return run instanceof ConfigObject sections
            && sections.get(section) instanceof ConfigObject keys
        ? keys.get("kind")
        : null;
  }

  private static Stream<String> names(@Nullable ConfigValue kinds) {
    Stream<? extends @Nullable ConfigValue> values =
        kinds instanceof ConfigList list ? list.stream() : Stream.of(kinds);
    return values
        .filter(value -> value != null && value.valueType() == ConfigValueType.STRING)
        .map(value -> String.valueOf(value.unwrapped()));
  }

  /** The constants that an enum's key can have in these runs. */
  List<String> constants(Key key) {
    List<String> constants =
        kinds.stream().flatMap(kind -> key.constants(kind).stream()).distinct().toList();
    return constants.isEmpty() ? key.constants() : constants;
  }
}
