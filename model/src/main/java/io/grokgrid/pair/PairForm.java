package io.grokgrid.pair;

import ai.djl.ndarray.NDManager;
import io.grokgrid.net.EmbeddingMlpSpec;
import io.grokgrid.net.Model;
import io.grokgrid.net.Product;
import io.grokgrid.net.Signature;
import io.grokgrid.net.Tied;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.tensor.LossForm;
import java.util.List;
import java.util.Optional;

/** The fast form of a network over pairs, and what a step of it takes. */
public sealed interface PairForm {
  /** Pairs that are evaluated at a time: bounds the memory. */
  int MOST = 1 << 15;

  /** Seconds that a step takes beside all arithmetic; measured. */
  double SECONDS_A_STEP = 0.05e-3;

  /**
   * The form that a network has, if it has any: the one place that knows which kinds have one.
   *
   * @param n elements that pairs are of
   */
  static Optional<PairForm> of(Model model, int n) {
    return switch (model.kind()) {
      case TRANSFORMER -> OfTransformer.of((TransformerSpec) model, n);
      case EMBEDDING_MLP -> OfMlp.of((EmbeddingMlpSpec) model, n);
    };
  }

  /**
   * The form that a network has.
   *
   * @throws IllegalArgumentException if it has none
   */
  static PairForm require(Model model, int n) {
    return of(model, n)
        .orElseThrow(() -> new IllegalArgumentException("the network has no tables for pairs"));
  }

  /**
   * Floating-point operations of the matrix products that make the tables, once a step, forwards.
   */
  double tableOperations();

  /** Floating-point operations of one pair's matrix product, without padding, forwards. */
  double productOperations();

  /** The products of so many pairs, as they are made, forwards; not those of the tables. */
  default List<Product> products(int pairs) {
    PairGeometry geometry = geometry();
    int chunks = PairKernel.chunks(pairs);
    double rows = (double) pairs / chunks;
    return List.of(new Product(chunks, rows, geometry.units(), geometry.answers()));
  }

  PairGeometry geometry();

  /** Floating-point operations that mix one pair's rows, forwards. */
  double rowOperations();

  /**
   * Bytes of the heap that a step takes beside parameters and moments.
   *
   * @param pairs trained on in a step
   */
  double heapBytes(double pairs);

  /** Likewise of the engine's memory. */
  double nativeBytes(double pairs);

  /** How many runs at once fit a device, on so many pairs each; 0 if it has no form for devices. */
  int fittingADevice(int pairs);

  /**
   * The network in the form for devices, which takes several runs at once; with W_U of its own
   * where embeddings are tied.
   *
   * @param manager owns what lives as long as it
   * @param most pairs that are evaluated at a time
   * @throws IllegalStateException if it has none
   */
  ArrayPairNetwork onDevice(NDManager manager, LossForm form, int most);

  /**
   * The network, in the form that is right for the manager's device.
   *
   * @param manager owns what lives as long as it
   * @param train pairs that are trained on at a time at most
   * @param most pairs that are evaluated at a time
   * @throws IllegalArgumentException if there is none for that device
   */
  PairNetwork network(NDManager manager, LossForm form, int train, int most);

  /**
   * A network over its own parameters.
   *
   * @param untied the same with W_U of its own
   */
  static PairNetwork tied(Model model, int n, PairNetwork untied) {
    return Tied.ofPairs(model, n)
        .<PairNetwork>map(tied -> new TiedPairNetwork(untied, tied))
        .orElse(untied);
  }

  /**
   * A transformer of one layer without normalization and dropout, see {@link TransformerTables}.
   */
  record OfTransformer(TransformerSpec model, PairGeometry geometry) implements PairForm {
    private static final int MOST_ON_A_DEVICE = 1 << 12;

    static Optional<PairForm> of(TransformerSpec model, int n) {
      boolean covered =
          model.layers() == 1
              && model.normalization() == TransformerSpec.Normalization.NONE
              && model.dropout() == 0;
      return covered
          ? Optional.of(new OfTransformer(model, PairGeometry.of(model, n)))
          : Optional.empty();
    }

    @Override
    public double tableOperations() {
      double d = model.dModel();
      double r = geometry.rows();
      double w = folded(model, geometry);
      double moved = model.outputProjection() ? joint(model) * d : 0;
      double valued = geometry.valueRows();
      double values =
          valued * d * (r + joint(model))
              + (geometry.fixedWeights()
                  ? valued * (moved + d * w)
                  : Math.min(leftFirst(model, valued, w), rightFirst(model, valued, w)));
      double own = geometry.ownRows() * d * w;
      double product = d * model.dMlp() * geometry.answers();
      return 2 * (values + own + product + scores(r));
    }

    private double scores(double r) {
      double d = model.dModel();
      double joint = joint(model);
      if (geometry.fixedWeights()) {
        return 0;
      }
      return model.equalsToken()
          ? d * joint + geometry.distances() * (d * joint + model.heads() * d * r)
          : 2 * r * d * joint + geometry.distances() * r * r * joint;
    }

    /** H K. */
    private static double joint(TransformerSpec model) {
      return (double) model.heads() * model.dHead();
    }

    /** What one forward pass through M gives, F + C. */
    private static double folded(TransformerSpec model, PairGeometry geometry) {
      return model.dMlp() + (model.mlpResidual() ? (double) geometry.answers() : 0);
    }

    /** Whether (V W_O) M takes fewer operations than V (W_O M), where there is W_O. */
    static boolean leftFirst(TransformerSpec model, PairGeometry geometry) {
      double r = geometry.valueRows();
      double w = folded(model, geometry);
      return leftFirst(model, r, w) < rightFirst(model, r, w);
    }

    private static double leftFirst(TransformerSpec model, double r, double w) {
      double d = model.dModel();
      return model.outputProjection()
          ? model.heads() * r * d * (model.dHead() + w)
          : Double.POSITIVE_INFINITY;
    }

    private static double rightFirst(TransformerSpec model, double r, double w) {
      return joint(model) * w * ((model.outputProjection() ? model.dModel() : 0) + r);
    }

    @Override
    public double productOperations() {
      return 2.0 * model.dMlp() * geometry.answers();
    }

    @Override
    public double rowOperations() {
      return 2 * 2.0 * geometry.heads() * (model.dMlp() + (double) geometry.answers());
    }

    /** Numbers in the tables but for the scores, without padding. */
    private double tables() {
      double width = model.dMlp() + (double) geometry.answers();
      return (double) geometry.rows() * geometry.heads() * width;
    }

    private double scores() {
      double rows = geometry.rows();
      return rows * rows * geometry.distances() * model.heads();
    }

    @Override
    public double heapBytes(double pairs) {
      double most = Math.max(pairs, Math.min((double) geometry.n() * geometry.n(), MOST));
      double weights = most * model.heads() * model.length();
      return 4 * (6 * tables() + 2 * scores() + 3 * weights + tape());
    }

    /** Numbers of parameters that are copied and of what lies between them and tables. */
    private double tape() {
      double rows = geometry.rows();
      double joint = joint(model);
      double moved =
          leftFirst(model, geometry)
              ? rows * model.heads() * model.dModel()
              : joint * folded(model, geometry);
      double asked = rows * joint * (1.0 + geometry.distances());
      double parameters = model.untied().parameters(model.ofPairs(geometry.n()));
      double valued = (double) geometry.valueRows() * model.dModel();
      return 2 * (parameters + valued + rows * joint + moved + asked);
    }

    @Override
    public double nativeBytes(double pairs) {
      return 4 * (4 * tables() + 4 * scores());
    }

    @Override
    public int fittingADevice(int pairs) {
      return ArrayPairNetwork.fitting(geometry, pairs);
    }

    @Override
    public PairNetwork network(NDManager manager, LossForm form, int train, int most) {
      int n = geometry.n();
      PairNetwork network =
          manager.getDevice().isGpu()
              ? onDevice(manager, form, most)
              : CorePairNetwork.of(manager, model.untied(), n, form, train, most);
      return tied(model, n, network);
    }

    @Override
    public ArrayPairNetwork onDevice(NDManager manager, LossForm form, int most) {
      int part = Math.min(MOST_ON_A_DEVICE, most);
      return new ArrayPairNetwork(manager, model.untied(), geometry.n(), form, part);
    }
  }

  /** An embedding MLP of one hidden layer, see {@link MlpTables}. */
  record OfMlp(EmbeddingMlpSpec model, PairGeometry geometry) implements PairForm {
    static Optional<PairForm> of(EmbeddingMlpSpec model, int n) {
      return model.hiddenLayers() == 1
          ? Optional.of(new OfMlp(model, PairGeometry.of(model, n)))
          : Optional.empty();
    }

    @Override
    public double tableOperations() {
      return 2.0 * geometry.rows() * model.width() * model.hidden();
    }

    @Override
    public double productOperations() {
      return 2.0 * model.hidden() * geometry.answers();
    }

    @Override
    public double rowOperations() {
      return 4 * (model.hidden() + (double) geometry.answers());
    }

    /** Parameters that are copied; the rest is little enough to be left out. */
    @Override
    public double heapBytes(double pairs) {
      return 4 * 2 * model.parameters(model.ofPairs(geometry.n()));
    }

    /** As much as the definition's activations, which is too much. */
    @Override
    public double nativeBytes(double pairs) {
      Signature signature = model.ofPairs(geometry.n());
      return 4 * pairs * signature.length() * model.activations(signature);
    }

    @Override
    public int fittingADevice(int pairs) {
      return 0;
    }

    @Override
    public PairNetwork network(NDManager manager, LossForm form, int train, int most) {
      return CorePairNetwork.of(manager, model, geometry.n(), form, train, most);
    }

    @Override
    public ArrayPairNetwork onDevice(NDManager manager, LossForm form, int most) {
      throw new IllegalStateException("an embedding MLP has no such form");
    }
  }
}
