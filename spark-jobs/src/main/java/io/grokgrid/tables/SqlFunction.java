package io.grokgrid.tables;

import io.grokgrid.math.Confidence;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/** The functions that SQL has beside Spark's, and all that a question may call of them. */
public enum SqlFunction {
  /** An aggregate, see {@link KaplanMeierQuantile}. */
  KM_QUANTILE(3, "time, reached, q") {
    @Override
    UserDefinedFunction function() {
      return KaplanMeierQuantile.function(KaplanMeierQuantile.Of.ITSELF);
    }
  },

  /** Likewise, the lower end of its interval. */
  KM_LOW(3, "time, reached, q") {
    @Override
    UserDefinedFunction function() {
      return KaplanMeierQuantile.function(KaplanMeierQuantile.Of.LOWER_END);
    }
  },

  /** Likewise, the upper end. */
  KM_HIGH(3, "time, reached, q") {
    @Override
    UserDefinedFunction function() {
      return KaplanMeierQuantile.function(KaplanMeierQuantile.Of.UPPER_END);
    }
  },

  /** An aggregate, see {@link PairedRatio}. */
  PAIRED_RATIO(4, "first, first_reached, second, second_reached") {
    @Override
    UserDefinedFunction function() {
      return PairedRatio.function();
    }
  },

  /** An aggregate, see {@link MedianBound}. */
  MEDIAN_LOW(1, "x") {
    @Override
    UserDefinedFunction function() {
      return functions.udaf(new MedianBound(false), Encoders.DOUBLE());
    }
  },

  /** Likewise. */
  MEDIAN_HIGH(1, "x") {
    @Override
    UserDefinedFunction function() {
      return functions.udaf(new MedianBound(true), Encoders.DOUBLE());
    }
  },

  /** {@link Confidence#wilsonLow}, null for no trials. */
  WILSON_LOW(2, "successes, trials") {
    @Override
    UserDefinedFunction function() {
      return of(Confidence::wilsonLow);
    }
  },

  /** {@link Confidence#wilsonHigh}, likewise. */
  WILSON_HIGH(2, "successes, trials") {
    @Override
    UserDefinedFunction function() {
      return of(Confidence::wilsonHigh);
    }
  },

  /** {@link Confidence#signTest}. */
  SIGN_TEST(2, "plus, minus") {
    @Override
    UserDefinedFunction function() {
      return of(Confidence::signTest);
    }
  };

  private final int arity;
  private final String arguments;

  SqlFunction(int arity, String arguments) {
    this.arity = arity;
    this.arguments = arguments;
  }

  abstract UserDefinedFunction function();

  /** Its name in SQL. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** How many arguments it takes. */
  public int arity() {
    return arity;
  }

  /** What these are, in turn. */
  public String arguments() {
    return arguments;
  }

  /** The one of this name, in any case. */
  public static Optional<SqlFunction> named(String name) {
    return Arrays.stream(values()).filter(one -> one.key().equalsIgnoreCase(name)).findFirst();
  }

  /** Makes all of them known to a session, and those that named queries alone may call. */
  public static void register(SparkSession session) {
    RunFunctions.register(session);
    for (SqlFunction one : values()) {
      session.udf().register(one.key(), one.function());
    }
  }

  /** Of two whole numbers. */
  private interface OfCounts extends Serializable {
    double of(long first, long second);
  }

  /** Takes numbers of any type of SQL's; null of nulls and where it is not defined. */
  private static UserDefinedFunction of(OfCounts formula) {
    UDF2<@Nullable Number, @Nullable Number, @Nullable Double> function =
        (first, second) -> {
          double value =
              first == null || second == null
                  ? Double.NaN
                  : formula.of(first.longValue(), second.longValue());
          return Double.isNaN(value) ? null : (Double) value;
        };
    return functions.udf(function, DataTypes.DoubleType);
  }
}
