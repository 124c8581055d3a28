package io.grokgrid.task;

import io.grokgrid.base.Check;
import io.grokgrid.base.IdleWhere;

/**
 * Learn the table of a binary operation on the residues modulo p from a part of its entries.
 *
 * @param operation which table
 * @param p the modulus
 * @param splitOrder idle but of divide
 */
public record ModularTask(
    ModularOperation operation,
    int p,
    double trainFraction,
    Split split,
    long splitSeed,
    SplitUnit splitUnit,
    @IdleWhere("task.operation != divide") SplitOrder splitOrder,
    int labelNoise)
    implements TableTask {
  public ModularTask {
    Check check = new Check().between("p", p, 2, 1000);
    TableRules.check(check, trainFraction, labelNoise).done();
    check.that(
        !operation.divides() || isPrime(p),
        "operation",
        "must not divide where p = " + p + " is not prime",
        operation);
    TableRules.check(check, examples(operation, p), trainFraction, labelNoise).done();
  }

  @Override
  public TaskKind kind() {
    return TaskKind.MODULAR;
  }

  @Override
  public SplitOrder splitOrder() {
    return operation == ModularOperation.DIVIDE ? splitOrder : SplitOrder.OPERANDS;
  }

  @Override
  public int elements() {
    return p;
  }

  @Override
  public int[] table() {
    return operation.table(p);
  }

  /** p(p-1) for division, else p^2. */
  @Override
  public int examples() {
    return examples(operation, p);
  }

  private static int examples(ModularOperation operation, int p) {
    return operation == ModularOperation.DIVIDE ? p * (p - 1) : p * p;
  }

  private static boolean isPrime(int n) {
    for (int divisor = 2; divisor * divisor <= n; divisor++) {
      if (n % divisor == 0) {
        return false;
      }
    }
    return n >= 2;
  }
}
