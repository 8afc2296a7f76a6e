package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Swagger UI in a real browser: what a newcomer sees first. Needs chromium and chromedriver on the path. */
class SwaggerUiIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static RunningGateway gateway;
    private static WebDriver browser;

    @BeforeAll
    static void open(@TempDir Path profile) {
        Optional<Path> driver = onPath("chromedriver");
        Optional<Path> chromium = onPath("chromium");
        boolean there = driver.isPresent() && chromium.isPresent();
        boolean required = Arrays.asList(
                        String.valueOf(System.getenv("ROADSTEAD_TEST_REQUIRE")).split(",", -1))
                .contains("chromium");
        if (!required) {
            assumeTrue(there, "no chromium and chromedriver on the path");
        }
        gateway = RunningGateway.start(Map.of("demo", "simulated:///?containers=3"));
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.orElseThrow().toString());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--window-size=1280,2000",
                "--user-data-dir=" + profile.resolve("browser"));
        browser = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(driver.orElseThrow().toFile())
                        .build(),
                options);
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.quit();
        }
        if (gateway != null) {
            gateway.close();
        }
    }

    @Test
    void swaggerUiShowsTheApiAndCallsItWithTheCredentials() {
        logIn();
        browser.get(gateway.base().resolve("/swagger-ui.html").toString());

        WebElement list = await(By.id("operations-Engines-engineList"));
        list.click();
        await(By.cssSelector("#operations-Engines-engineList .try-out__btn")).click();
        await(By.cssSelector("#operations-Engines-engineList .execute")).click();

        WebElement answer = await(
                By.cssSelector("#operations-Engines-engineList .live-responses-table tbody .response-col_status"));
        assertThat(answer.getText()).startsWith("200");
        assertThat(await(By.cssSelector("#operations-Engines-engineList .live-responses-table .highlight-code"))
                        .getText())
                .contains("\"demo\"", "simulated");
    }

    @Test
    void swaggerUiWantsCredentials() {
        assertThat(gateway.send(HttpRequest.newBuilder(gateway.base().resolve("/swagger-ui/index.html")))
                        .status())
                .isEqualTo(401);
    }

    /** What typing them at the browser's prompt does: it remembers them. A page whose own address holds them cannot fetch anything. */
    private static void logIn() {
        browser.get("http://%s:%s@localhost:%d/v1/engines"
                .formatted(
                        gateway.user(),
                        gateway.password().replace(" ", "%20"),
                        gateway.base().getPort()));
    }

    private static WebElement await(By element) {
        return new WebDriverWait(browser, PATIENCE).until(ExpectedConditions.elementToBeClickable(element));
    }

    private static Optional<Path> onPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(Pattern.quote(File.pathSeparator), -1))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
