package dev.roadstead.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.mock.env.MockEnvironment;

class LoopbackUntilCredentialsTest {
    private final MockEnvironment environment = new MockEnvironment();

    @Test
    void withoutAPasswordOnlyTheLoopbackAddressIsServed() {
        apply();
        assertThat(environment.getProperty("server.address")).isEqualTo("127.0.0.1");
        assertThat(LoopbackUntilCredentials.refused(environment)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "192.0.2.7", "::", "no.such.host.invalid"})
    void whateverAddressIsWanted(String wanted) {
        environment.setProperty("server.address", wanted);
        apply();
        assertThat(environment.getProperty("server.address")).isEqualTo("127.0.0.1");
        assertThat(LoopbackUntilCredentials.refused(environment)).isEqualTo(wanted);
    }

    @Test
    void aUserWithoutAPasswordIsNotEnough() {
        environment.setProperty("roadstead.security.user", "alice");
        environment.setProperty("roadstead.security.password", "");
        apply();
        assertThat(environment.getProperty("server.address")).isEqualTo("127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"::1", "127.0.0.2", "localhost"})
    void anotherLoopbackAddressIsLeftAlone(String wanted) {
        environment.setProperty("server.address", wanted);
        apply();
        assertThat(environment.getProperty("server.address")).isEqualTo(wanted);
        assertThat(LoopbackUntilCredentials.refused(environment)).isNull();
    }

    @Test
    void aManagementPortOfItsOwnIsNoWayAround() {
        environment.setProperty("management.server.port", "9090");
        environment.setProperty("management.server.address", "0.0.0.0");
        apply();
        assertThat(environment.getProperty("management.server.address")).isEqualTo("127.0.0.1");
    }

    @Test
    void withAPasswordTheSettingsHold() {
        environment.setProperty("roadstead.security.password", "secret");
        environment.setProperty("server.address", "0.0.0.0");
        apply();
        assertThat(environment.getProperty("server.address")).isEqualTo("0.0.0.0");
    }

    private void apply() {
        new LoopbackUntilCredentials().postProcessEnvironment(environment, new SpringApplication());
    }
}
