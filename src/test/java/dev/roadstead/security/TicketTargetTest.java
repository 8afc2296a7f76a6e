package dev.roadstead.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TicketTargetTest {
    @ParameterizedTest
    @CsvSource({
        "/v1/ws/local:web, /v1/ws/local%3Aweb",
        "/v1/ws/local:web, /v1/%77s/local:web",
        "/v1/ws/local:web, /v1/ws/local:web?",
        "/v1/ws/x?cols=80&rows=24, /v1/ws/x?rows=24&cols=80",
        "/v1/ws/x?cols=80&rows=24, /v1/ws/x?&cols=80&&rows=24&",
        "/v1/ws/x?command=ls&tty=true&command=-l, /v1/ws/x?command=ls&command=-l&tty=true",
        "/v1/ws/x?command=a%20b, /v1/ws/x?command=a+b",
        "/v1/ws/a+b, /v1/ws/a%2Bb"
    })
    void theseAreTheSame(String one, String other) {
        assertThat(TicketTarget.of(one)).isEqualTo(TicketTarget.of(other));
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/ws/local:web, /v1/ws/local:db",
        "/v1/ws/local:web, /v1/ws/local:web/",
        "/v1/ws/a%2Fb, /v1/ws/a/b",
        "/v1/ws/x, /v1/ws/x?mode=shell",
        "/v1/ws/x?mode=logs, /v1/ws/x?mode=shell",
        "/v1/ws/x?mode=logs, /v1/ws/x?mode=logs&mode=shell",
        "/v1/ws/x?command=ls&command=-l, /v1/ws/x?command=-l&command=ls",
        "/v1/ws/x?command=a%26b=c, /v1/ws/x?command=a&b=c",
        "/v1/ws/x?command=a%3Db, /v1/ws/x?command=a&b",
        "/v1/ws/x?tty, /v1/ws/x?tty="
    })
    void theseAreNot(String one, String other) {
        assertThat(TicketTarget.of(one)).isNotEqualTo(TicketTarget.of(other));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ws://gateway/v1/ws/x", "//gateway/v1/ws/x", "/v1/ws/x#y", "/v1/ws/x y", "/v1/ws/%zz", "mailto:a"
            })
    void theseAreNoTargets(String text) {
        assertThatThrownBy(() -> TicketTarget.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aParameterIsFoundHoweverItIsWritten() {
        assertThat(TicketTarget.has("/v1/ws/x?a=b&%74icket=c", "ticket")).isTrue();
        assertThat(TicketTarget.has("/v1/ws/x?tickets=c&a=ticket", "ticket")).isFalse();
        assertThat(TicketTarget.has("/v1/ws/ticket", "ticket")).isFalse();
    }
}
