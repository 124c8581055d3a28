package io.grokgrid;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import ai.djl.ndarray.NDArray;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Packages form one total order; each may use only itself and those before it. */
class PackageOrderTest {
  private static final List<String> ORDER =
      List.of(
          "base",
          "math",
          "task",
          "tensor",
          "net",
          "weights",
          "algebra",
          "pair",
          "layers",
          "step",
          "train",
          "analysis",
          "fourier",
          "group",
          "battery",
          "run",
          "llc",
          "hocon",
          "keys",
          "config",
          "experiment");

  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.grokgrid");

  @Test
  void noPackageUsesALaterOne() {
    for (int i = 0; i < ORDER.size(); i++) {
      String[] later =
          ORDER.subList(i + 1, ORDER.size()).stream()
              .map(name -> "io.grokgrid." + name + "..")
              .toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage("io.grokgrid." + ORDER.get(i) + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(later)
          .allowEmptyShould(true)
          .check(classes);
    }
  }

  @Test
  void everyPackageIsInTheOrder() {
    noClasses()
        .should()
        .resideOutsideOfPackages(
            ORDER.stream().map(name -> "io.grokgrid." + name + "..").toArray(String[]::new))
        .check(classes);
  }

  @Test
  void onlyAutogradCallsTheEnginesNativeFunctions() {
    noClasses()
        .that()
        .doNotHaveSimpleName("Autograd")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl.pytorch.jni..")
        .check(classes);
  }

  @Test
  void onlyNumbersCopiesFromADevice() {
    noClasses()
        .that()
        .doNotHaveSimpleName("Numbers")
        .should()
        .callMethodWhere(
            target(nameMatching("to(Float|Double|Int|Long|Boolean|Byte|Uint8)?Array|toByteBuffer"))
                .and(target(owner(assignableTo(NDArray.class)))))
        .check(classes);
  }

  @Test
  void mathAndTasksNeedNoTensors() {
    noClasses()
        .that()
        .resideInAnyPackage("io.grokgrid.base..", "io.grokgrid.math..", "io.grokgrid.task..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl..")
        .check(classes);
  }
}
