package dev.roadstead.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roadstead.RoadsteadApplication;
import dev.roadstead.config.SettingsException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.web.reactive.server.StatusAssertions;
import org.springframework.test.web.reactive.server.WebTestClient;

@ExtendWith(OutputCaptureExtension.class)
class FirstStartTest {
    private static final Pattern PASSWORD = Pattern.compile("password +(\\S{24}) ");
    private static final String[] ENGINE = {
        "--roadstead.engines.a.kind=kleened", "--roadstead.engines.a.uri=unix:///a.sock", "--server.port=0"
    };

    @Test
    void withoutCredentialsAPasswordIsToldOnceAndOnlyThisMachineIsServed(CapturedOutput output) {
        try (ConfigurableApplicationContext context = start("--server.address=0.0.0.0", "--APP_USER=", "--APP_PASS=")) {
            String text = output.getOut();
            Matcher matcher = PASSWORD.matcher(text);
            assertThat(matcher.find()).isTrue();
            String password = matcher.group(1);
            assertThat(text.split(Pattern.quote(password), -1)).hasSize(2);
            int port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
            assertThat(text)
                    .contains("http://127.0.0.1:%d/swagger-ui.html".formatted(port))
                    .contains("user        admin")
                    .contains("a: kleened at unix:///run/a.sock (default)")
                    .contains("only this machine is served, not 0.0.0.0: set APP_USER and APP_PASS");
            House.Client.at(port, "127.0.0.1")
                    .get()
                    .uri("/v1/probe/log")
                    .headers(headers -> headers.setBasicAuth("admin", password))
                    .exchange()
                    .expectStatus()
                    .isOk();
        }
    }

    @Test
    void withCredentialsNoPasswordIsTold(CapturedOutput output) {
        try (ConfigurableApplicationContext context = start("--APP_USER=bob", "--APP_PASS=s3cret-enough")) {
            assertThat(context.isRunning()).isTrue();
            assertThat(output.getAll())
                    .contains("user        bob")
                    .doesNotContain("s3cret-enough")
                    .doesNotContain("only this machine");
        }
    }

    @Test
    void whatLooksLikeAPlaceholderInAPasswordIsPartOfIt(CapturedOutput output) {
        String password = "a\\${b}$${APP_USER:x}\\";
        try (ConfigurableApplicationContext context = start("--APP_USER=bo${b}", "--APP_PASS=" + password)) {
            House.Client.at(port(context), "127.0.0.1")
                    .get()
                    .uri("/v1/probe/log")
                    .headers(headers -> headers.setBasicAuth("bo${b}", password))
                    .exchange()
                    .expectStatus()
                    .isOk();
            assertThat(output.getAll()).doesNotContain(password);
        }
    }

    @Test
    void aPasswordWithAPlaceholderThatCannotBeResolvedIsNotTold(CapturedOutput output) {
        assertThatThrownBy(() -> start("--roadstead.security.password=hunter2${nowhere}"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("roadstead.security.password");
        assertThat(output.getAll()).doesNotContain("hunter2");
    }

    @Test
    void whoSetsForwardedHeadersDoesNotChooseTheAddressThatFailedLoginsCountBy() {
        try (ConfigurableApplicationContext context = start(
                "--APP_PASS=right", "--roadstead.security.max-failures=1", "--spring.main.cloud-platform=kubernetes")) {
            WebTestClient guesser = House.Client.at(port(context), "127.0.0.1");
            guess(guesser, "203.0.113.1").isUnauthorized();
            guess(guesser, "203.0.113.2").isEqualTo(429);
        }
    }

    private static StatusAssertions guess(WebTestClient guesser, String forwardedFor) {
        return guesser.get()
                .uri("/v1/probe/log")
                .header("X-Forwarded-For", forwardedFor)
                .headers(headers -> headers.setBasicAuth("admin", "wrong"))
                .exchange()
                .expectStatus();
    }

    private static int port(ConfigurableApplicationContext context) {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    @Test
    void aWrongSettingIsNamedWithoutAStackTrace(CapturedOutput output) {
        try (ConfigurableApplicationContext context = start("--roadstead.default-engine=other", "--APP_PASS=x")) {
            assertThat(context.isRunning()).isFalse();
        } catch (RuntimeException failure) {
            assertThat(failure).hasRootCauseInstanceOf(IllegalArgumentException.class);
            assertThat(failure).hasStackTraceContaining(SettingsException.class.getName());
        }
        assertThat(output.getAll())
                .contains("APPLICATION FAILED TO START", "roadstead.default-engine: other (expected: one of [a])");
    }

    private static ConfigurableApplicationContext start(String... more) {
        String[] all = new String[ENGINE.length + more.length];
        System.arraycopy(ENGINE, 0, all, 0, ENGINE.length);
        System.arraycopy(more, 0, all, ENGINE.length, more.length);
        return new SpringApplicationBuilder(
                        RoadsteadApplication.class, House.ScriptedEngines.class, ProbeController.class)
                .run(all);
    }
}
