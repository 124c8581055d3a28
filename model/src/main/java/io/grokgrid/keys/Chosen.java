package io.grokgrid.keys;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.grokgrid.hocon.Document;
import io.grokgrid.net.ModelKind;
import io.grokgrid.task.TaskKind;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The kinds that a configuration's runs can be of, as far as that can be seen before it is read.
 *
 * @param keys that say something about any of these runs, in the order of {@link Key#ALL}
 */
public record Chosen(Set<TaskKind> tasks, Set<ModelKind> models, List<Key> keys) {
  public static final Chosen ANY =
      of(EnumSet.allOf(TaskKind.class), EnumSet.allOf(ModelKind.class));

  /** What {@code run} says, or the members of the grid instead; any where that is no kind. */
  public static Chosen of(Document configuration) {
    List<TaskKind> tasks = kinds(configuration, "task", TaskKind.values());
    List<ModelKind> models = kinds(configuration, "model", ModelKind.values());
    return of(
        tasks.isEmpty() ? ANY.tasks : EnumSet.copyOf(tasks),
        models.isEmpty() ? ANY.models : EnumSet.copyOf(models));
  }

  private static Chosen of(Set<TaskKind> tasks, Set<ModelKind> models) {
    List<Key> keys =
        Key.ALL.stream()
            .filter(
                key ->
                    tasks.stream()
                        .anyMatch(task -> models.stream().anyMatch(m -> key.appliesTo(task, m))))
            .toList();
    return new Chosen(tasks, models, keys);
  }

  private static <K extends Enum<K>> List<K> kinds(
      Document configuration, String section, K[] all) {
    @Nullable ConfigValue ofRun = kind(configuration.root().get("run"), section);
    Stream<@Nullable ConfigValue> written =
        configuration.grids().isEmpty()
            ? Stream.of(ofRun)
            : configuration.grids().stream()
                .map(
                    grid -> {
                      @Nullable ConfigValue varied = kind(grid, section);
                      return varied == null ? ofRun : varied;
                    });
    Set<String> names = written.flatMap(Chosen::names).collect(Collectors.toSet());
    return Arrays.stream(all).filter(kind -> names.contains(Key.text(kind))).toList();
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
        Stream.concat(tasks.stream(), models.stream())
            .flatMap(kind -> key.constants(kind).stream())
            .distinct()
            .toList();
    return constants.isEmpty() ? key.constants() : constants;
  }
}
