package io.grokgrid.report;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A real Chromium without a window, as Debian has it. */
final class Browser implements AutoCloseable {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final ChromeDriver driver;

  Browser() {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox", // containers run as root
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync");
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    logs.enable(LogType.PERFORMANCE, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    driver =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER.toFile())
                .usingAnyFreePort()
                .withSilent(true)
                .build(),
            options);
    size(1400, 1000);
  }

  static boolean isThere() {
    return Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER);
  }

  void size(int width, int height) {
    driver.manage().window().setSize(new Dimension(width, height));
  }

  /** Opens a page and waits until all of it is drawn. */
  void open(Path page, String fragment) {
    driver.get("about:blank"); // what differs in the fragment only would not be loaded again
    driver.get(page.toUri() + fragment);
    driver.manage().timeouts().scriptTimeout(PATIENCE);
    driver.executeAsyncScript(
        "const done = arguments[0], look = () => document.body.dataset.ready ? done()"
            + " : setTimeout(look, 20); look();");
    drawn();
  }

  /** Waits until every section is drawn. */
  void drawn() {
    driver.executeAsyncScript("const done = arguments[0]; drawAll().then(() => done());");
  }

  /** What a script returns. */
  Object ask(String script) {
    return driver.executeScript(script);
  }

  /** The same as a whole number. */
  long count(String selector) {
    return driver.findElements(By.cssSelector(selector)).size();
  }

  /** The text of the first such element. */
  String text(String selector) {
    return driver.findElement(By.cssSelector(selector)).getText();
  }

  WebElement find(String selector) {
    return driver.findElement(By.cssSelector(selector));
  }

  Actions actions() {
    return new Actions(driver);
  }

  /** In dark colours, or in light ones. */
  void prefer(String scheme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** What was said in the console since the last time. */
  List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(LogEntry::getMessage)
        .toList();
  }

  /** The addresses that were asked for since the last time. */
  List<String> requests() {
    List<String> addresses = new ArrayList<>();
    for (LogEntry entry : driver.manage().logs().get(LogType.PERFORMANCE)) {
      JsonObject message =
          JsonParser.parseString(entry.getMessage()).getAsJsonObject().getAsJsonObject("message");
      if (message.get("method").getAsString().equals("Network.requestWillBeSent")) {
        addresses.add(
            message.getAsJsonObject("params").getAsJsonObject("request").get("url").getAsString());
      }
    }
    return addresses;
  }

  @Override
  public void close() {
    driver.quit();
  }
}
