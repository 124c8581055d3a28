package io.grokgrid.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A manager of the engine for each test, to be asked for as a parameter of the test class's
 * constructor; closed when the test is over.
 */
public final class EngineManager implements ParameterResolver {
  private static final ExtensionContext.Namespace OWN =
      ExtensionContext.Namespace.create(EngineManager.class);

  /** So that what a constructor gets lives as long as its one test. */
  @Override
  public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
    return ExtensionContextScope.TEST_METHOD;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
    return parameter.getParameter().getType() == NDManager.class;
  }

  @Override
  public NDManager resolveParameter(ParameterContext parameter, ExtensionContext test) {
    return test.getStore(OWN)
        .getOrComputeIfAbsent(
            "manager", name -> Autograd.newManager(Device.cpu()), NDManager.class);
  }
}
