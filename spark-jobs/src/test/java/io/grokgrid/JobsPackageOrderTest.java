package io.grokgrid;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The packages of this module come after the model's, in one total order too. */
class JobsPackageOrderTest {
  private static final List<String> ORDER =
      List.of(
          "tables",
          "store",
          "verify",
          "console",
          "page",
          "session",
          "options",
          "sql",
          "jobs",
          "transfer",
          "compact",
          "prompt",
          "checkpoints",
          "learned",
          "inspect",
          "report",
          "night",
          "cli");

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
  void aPageIsMadeOfPlainValues() {
    noClasses()
        .that()
        .resideInAPackage("io.grokgrid.page..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..", "scala..")
        .allowEmptyShould(true)
        .check(classes);
  }

  @Test
  void onlyTheModelUsesTheTensorLibrarysNativeFunctions() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.grokgrid.tables..",
            "io.grokgrid.report..",
            "io.grokgrid.jobs..",
            "io.grokgrid.checkpoints..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl.pytorch.jni..")
        .check(classes);
  }
}
