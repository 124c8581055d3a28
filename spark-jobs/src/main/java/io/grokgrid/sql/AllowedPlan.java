package io.grokgrid.sql;

import io.grokgrid.tables.SqlFunction;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry;
import org.apache.spark.sql.catalyst.analysis.TableFunctionRegistry;
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunction;
import org.apache.spark.sql.catalyst.analysis.UnresolvedGenerator;
import org.apache.spark.sql.catalyst.analysis.UnresolvedRelation;
import org.apache.spark.sql.catalyst.analysis.UnresolvedTableValuedFunction;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UserDefinedExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.View;
import org.apache.spark.sql.catalyst.trees.Origin;
import org.apache.spark.sql.catalyst.trees.TreeNode;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What SQL may consist of: an allow-list over every node of a logical plan, however nested, in
 * subqueries, CTEs and expressions too. What is not in it, is refused, such as what a later Spark
 * adds. It is asked twice: of the plan as it was parsed, which knows every statement and every name
 * that was written, because the analyzer itself carries out some (a script, {@code EXECUTE
 * IMMEDIATE}); and of the analyzed one, which knows what the names stand for.
 */
final class AllowedPlan {
  /**
   * Spark's plans that only read, by simple name: some are in one version of Spark only. Every
   * other one writes, runs a program, changes the session, or says what it does only when analyzed.
   * In this order: where rows come from; from rows to rows; several into one; names and hints;
   * EXPLAIN, DESCRIBE and SHOW, and what they are about.
   */
  private static final Set<String> READING =
      Set.of(
          """
          UnresolvedRelation UnresolvedTableValuedFunction UnresolvedInlineTable
          ResolvedInlineTable OneRowRelation LocalRelation EmptyRelation Range View
          LogicalRelation HiveTableRelation DataSourceV2Relation

          Project Filter Aggregate Generate Expand Window WithWindowDefinition Pivot
          Unpivot Sample Sort Distinct Deduplicate GlobalLimit LocalLimit LimitAll
          Offset Tail Repartition RepartitionByExpression RebalancePartitions
          DataFrameDropColumns PipeOperator UnresolvedHaving UnresolvedQualify

          Join LateralJoin AsOfJoin NearestByJoin Union Intersect Except

          SubqueryAlias UnresolvedSubqueryColumnAliases UnresolvedTVFAliases
          UnresolvedWith WithCTE CTERelationDef CTERelationRef UnionLoop UnionLoopRef
          UnresolvedHint ResolvedHint

          ExplainCommand DescribeQueryCommand DescribeRelation
          DescribeRelationJsonCommand DescribeTableCommand DescribeTablePartition
          DescribeColumn DescribeColumnCommand DescribeFunction DescribeFunctionCommand
          DescribeNamespace DescribeDatabaseCommand ShowCatalogsCommand
          ShowCollationsCommand ShowColumns ShowColumnsCommand ShowCreateTable
          ShowCreateTableCommand ShowCurrentNamespaceCommand ShowFunctions
          ShowFunctionsCommand ShowNamespaces ShowNamespacesCommand ShowPartitions
          ShowPartitionsCommand ShowTables ShowTablesCommand ShowTablesExtended
          ShowTablePartition ShowTableProperties ShowTablePropertiesCommand ShowViews
          ShowViewsCommand CurrentNamespace UnresolvedNamespace UnresolvedTable
          UnresolvedView UnresolvedTableOrView UnresolvedFunctionName ResolvedNamespace
          ResolvedTable ResolvedTempView ResolvedPersistentView
          ResolvedNonPersistentFunc ResolvedPersistentFunc
          """
              .split("\\s+"));

  /** Where Spark keeps its plans, whatever an extension of a session may call its own. */
  private static final String SPARK = "org.apache.spark.sql.";

  /** Where Spark keeps the expressions that SQL is made of; its functions are asked by name too. */
  private static final List<String> EXPRESSIONS =
      List.of(SPARK + "catalyst.expressions.", SPARK + "catalyst.analysis.");

  /** Expressions among those that call any method of Java, or hide which function they are. */
  private static final Set<String> OPEN_EXPRESSIONS =
      Set.of("CallMethodViaReflection", "TryReflect", "ExpressionWithUnresolvedIdentifier");

  /** The names of {@link #OPEN_EXPRESSIONS} among Spark's built-in functions. */
  private static final Set<String> OPEN_FUNCTIONS = Set.of("java_method", "reflect", "try_reflect");

  /** Spark's namespaces of functions that need no catalog. */
  private static final Set<String> BUILT_IN = Set.of("system", "builtin", "session");

  private static final Set<String> FORMATS =
      Set.of("parquet", "orc", "csv", "json", "text", "xml", "avro", "binaryfile");

  private static final String OURS =
      Arrays.stream(SqlFunction.values()).map(SqlFunction::key).collect(Collectors.joining(", "));

  /** A fragment of SQL longer than this is cut in a message. */
  private static final int LONGEST_FRAGMENT = 80;

  private final Predicate<String> namespaces;

  /**
   * @param namespaces whether a catalog or database of this name is there: of any other name,
   *     Spark's analyzer would make an object of the class so called
   */
  AllowedPlan(Predicate<String> namespaces) {
    this.namespaces = namespaces;
  }

  /**
   * @param root a plan, or an expression
   * @throws RefusedSql if any part of it does anything but read
   */
  void require(TreeNode<?> root) {
    Deque<Object> open = new ArrayDeque<>(List.of(root));
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    while (!open.isEmpty()) {
      Object part = open.pop();
      if (seen.add(part)) {
        if (part instanceof TreeNode<?> node) {
          requireNode(node);
        }
        addParts(part, open);
      }
    }
  }

  /** Whatever the node was made of, so that no plan stays hidden in a field. */
  private static void addParts(Object part, Deque<Object> to) {
    if (part instanceof View view && view.isTempView()) {
      return; // none but ours: a question creates no view
    }
    if (part instanceof TreeNode<?> node) {
      addAll(node.children(), to);
      addAll(node.innerChildren(), to);
    }
    if (part instanceof scala.collection.Iterable<?> items) {
      addAll(items, to);
    } else if (part instanceof scala.Product fields) {
      for (int i = 0; i < fields.productArity(); i++) {
        add(fields.productElement(i), to);
      }
    }
  }

  private static void addAll(scala.collection.Iterable<?> items, Deque<Object> to) {
    CollectionConverters.asJava(items).forEach(item -> add(item, to));
  }

  private static void add(@Nullable Object item, Deque<Object> to) {
    if (item instanceof TreeNode
        || item instanceof scala.collection.Iterable
        || item instanceof scala.Product) {
      to.push(item);
    }
  }

  private void requireNode(TreeNode<?> node) {
    if (!(node instanceof Expression expression
        ? isAllowed(expression)
        : node instanceof LogicalPlan plan && isAllowed(plan))) {
      throw refused("a query must only ask, such as SELECT .. FROM runs", node);
    }
    if (node instanceof UnresolvedRelation relation) {
      requireView(relation);
    } else if (node instanceof UnresolvedFunction function) {
      requireFunction(CollectionConverters.asJava(function.nameParts()), node);
      requireArguments(function);
    } else if (node instanceof UnresolvedGenerator generator) {
      requireFunction(CollectionConverters.asJava(generator.name().nameParts()), node);
    } else if (node instanceof UnresolvedTableValuedFunction function) {
      requireFunction(CollectionConverters.asJava(function.name()), node);
    }
  }

  private static boolean isAllowed(LogicalPlan plan) {
    return plan.getClass().getName().startsWith(SPARK)
        && READING.contains(simpleName(plan))
        // Of sources that are no files, none is known to only read.
        && (!(plan instanceof LogicalRelation source)
            || source.relation() instanceof HadoopFsRelation);
  }

  private static boolean isAllowed(Expression expression) {
    if (expression instanceof UserDefinedExpression function) {
      return SqlFunction.named(function.name()).isPresent();
    }
    return EXPRESSIONS.stream().anyMatch(expression.getClass().getName()::startsWith)
        && !OPEN_EXPRESSIONS.contains(simpleName(expression));
  }

  /** Without the sign that Scala puts behind the name of an object. */
  private static String simpleName(TreeNode<?> node) {
    return node.getClass().getSimpleName().replace("$", "");
  }

  private void requireView(UnresolvedRelation relation) {
    List<String> names = CollectionConverters.asJava(relation.multipartIdentifier());
    boolean known =
        names.size() != 2
            || FORMATS.contains(names.get(0).toLowerCase(Locale.ROOT))
            || namespaces.test(names.get(0));
    if (!known || relation.isStreaming()) {
      throw refused("a query must read views, tables, or files as in parquet.`path`", relation);
    }
    for (String option : relation.options().keySet()) {
      // Those with a dot set up Hadoop, and name classes.
      if (!option.matches("\\w+")) {
        throw refused("options of a file must be plain words such as header", relation);
      }
    }
  }

  private static void requireFunction(List<String> names, TreeNode<?> node) {
    List<String> lower = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    String name = lower.get(lower.size() - 1);
    FunctionIdentifier id = new FunctionIdentifier(name);
    boolean known =
        SqlFunction.named(name).isPresent()
            || FunctionRegistry.functionSet().contains(id)
            || TableFunctionRegistry.functionSet().contains(id);
    if (!known || !BUILT_IN.containsAll(lower.subList(0, lower.size() - 1))) {
      throw refused("a function must be one of Spark's or of " + OURS, node);
    }
    if (OPEN_FUNCTIONS.contains(name)) {
      throw refused("a query must only ask, such as SELECT .. FROM runs", node);
    }
  }

  /** Spark gives a function of ours whatever it is called with. */
  private static void requireArguments(UnresolvedFunction function) {
    List<String> names = CollectionConverters.asJava(function.nameParts());
    SqlFunction.named(names.get(names.size() - 1))
        .filter(ours -> function.arguments().size() != ours.arity())
        .ifPresent(
            ours -> {
              throw refused(
                  "%s must have the arguments (%s)".formatted(ours.key(), ours.arguments()),
                  function);
            });
  }

  private static RefusedSql refused(String rule, TreeNode<?> node) {
    Origin origin = node.origin();
    String place =
        origin.line().isDefined()
            ? " (line %s, pos %s)".formatted(origin.line().get(), origin.startPosition().get())
            : "";
    return new RefusedSql(rule + ", was " + fragment(node, origin) + place);
  }

  /** What was written, if it is known, else what Spark calls it. */
  private static String fragment(TreeNode<?> node, Origin origin) {
    if (origin.sqlText().isEmpty() || origin.startIndex().isEmpty()) {
      return simpleName(node);
    }
    String sql = origin.sqlText().get();
    int stop = Math.min((Integer) origin.stopIndex().get() + 1, sql.length());
    return RefusedSql.cut(
        sql.substring((Integer) origin.startIndex().get(), stop), LONGEST_FRAGMENT);
  }
}
