package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.ok;
import static dev.roadstead.gateway.GatewaySubject.path;
import static dev.roadstead.gateway.GatewaySubject.text;
import static dev.roadstead.gateway.GatewaySubject.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A container's main process can be looked at and joined over a WebSocket, and its log turns into a shell when somebody types. */
public interface MainProcessOverSocket extends TerminalsOverSocket {
    /** A terminal in a mode; none: the usual one. */
    default SocketClient terminalOf(JsonNode container, String query) {
        return SocketClient.open(gateway(), TerminalsOverSocket.terminal(container, query));
    }

    @Test
    default void theLogOfAnEndedContainerIsToldToItsExitCode() {
        JsonNode container = ended("for i in 1 2 3; do echo line $i; done; echo err >&2; exit 7");
        for (String query : List.of("", "?mode=logs")) {
            try (SocketClient client = terminalOf(container, query)) {
                assertThat(client.next("started").required("exec_id").isNull()).isTrue();
                List<JsonNode> frames = client.until("exit");
                assertThat(SocketClient.text(frames, "stdout")).isEqualTo("line 1\nline 2\nline 3\n");
                assertThat(SocketClient.text(frames, "stderr")).isEqualTo("err\n");
                assertThat(frames.getLast().required("code").asInt()).isEqualTo(7);
                client.closed(1000);
            }
        }
    }

    @Test
    default void aLogBeginsWithItsLastHundredLines() {
        StringBuilder numbers = new StringBuilder();
        for (int i = 1; i <= 150; i++) {
            numbers.append(' ').append(i);
        }
        JsonNode container = ended("for i in%s; do echo $i; done".formatted(numbers));
        try (SocketClient client = terminalOf(container, "")) {
            List<String> lines =
                    SocketClient.text(client.until("exit"), "stdout").lines().toList();
            assertThat(lines).hasSize(100).startsWith("51").endsWith("150");
        }
    }

    @Test
    default void aContainerThatNeverRanHasNoExitCode() {
        try (SocketClient client = terminalOf(created(idle()), "")) {
            client.next("started");
            assertThat(client.next("exit").required("code").isNull()).isTrue();
            client.closed(1000);
        }
    }

    @Test
    default void theLogOfARunningContainerIsFollowedToItsEnd() {
        needs("command");
        JsonNode container = running();
        try (SocketClient client = terminalOf(container, "")) {
            assertThat(client.untilOutput("\n")).isEqualTo("ready\n");
            ok(gateway().post(path(container, "/stop")));
            List<JsonNode> rest = client.until("exit");
            assertThat(SocketClient.text(rest, "stdout")).isEqualTo("bye\n");
            assertThat(rest.getLast().required("code").asInt()).isZero();
            client.closed(1000);
        }
    }

    @Test
    default void theFirstInputTurnsALogIntoAShellOfTheLastSize() {
        JsonNode container = running();
        try (SocketClient client = terminalOf(container, "?cols=80&rows=24")) {
            assertThat(client.next("started").required("exec_id").isNull()).isTrue();
            if (has("command")) {
                client.untilOutput("ready");
            }
            client.say("{'type':'resize','cols':101,'rows':41}");
            client.say("{'type':'signal','name':'INT'}");
            assertThat(text(client.next("error").required("error"), "error")).isEqualTo("state_error");
            client.say("{'type':'eof'}");
            JsonNode refused = client.next("error");
            assertThat(text(refused.required("error"), "error")).isEqualTo("state_error");
            assertThat(refused.required("fatal").asBoolean()).isFalse();

            client.type("stty size\r");
            JsonNode started = client.next("started");
            assertThat(text(started, "exec_id")).isNotBlank();
            assertThat(started.required("tty").asBoolean()).isTrue();
            assertThat(started.required("offset").asLong()).isZero();
            client.untilOutput("41 101");
            client.type("exit 8\r");
            assertThat(client.until("exit").getLast().required("code").asInt()).isEqualTo(8);
            client.closed(1000);
        }
        assertThat(status(container)).isEqualTo("running");
    }

    @Test
    default void whatIsTypedBeforeTheShellIsThereKeepsItsOrder() {
        try (SocketClient client = terminalOf(running(), "?command=cat")) {
            StringBuilder sent = new StringBuilder();
            for (int i = 0; i < 100; i++) {
                client.type("line " + i + "\n");
                sent.append("line ").append(i).append('\n');
            }
            client.say("{'type':'eof'}");
            List<JsonNode> frames = client.until("exit");
            String told = SocketClient.text(frames, "stdout");
            assertThat(told.substring(told.indexOf("line 0"))).isEqualTo(sent.toString());
        }
    }

    @Test
    default void aLogTakesNoInput() {
        try (SocketClient client = terminalOf(running(), "?mode=logs")) {
            client.next("started");
            if (has("command")) {
                client.untilOutput("ready\n");
            }
            client.type("x");
            JsonNode error = client.next("error");
            assertThat(text(error.required("error"), "error")).isEqualTo("state_error");
            assertThat(error.required("fatal").asBoolean()).isFalse();
            client.say("{'type':'close'}");
            client.closed(1000);
        }
    }

    @Test
    default void theMainProcessCanBeJoined() {
        JsonNode container =
                started(with(shell("read x; echo got $x; read y; echo got $y; exit 4"), "stdin_open", true));
        try (SocketClient client = terminalOf(container, "?mode=attach")) {
            JsonNode started = client.next("started");
            assertThat(started.required("exec_id").isNull()).isTrue();
            assertThat(started.required("tty").asBoolean()).isFalse();
            client.type("it\n");
            client.untilOutput("got it\n");
            client.type("more\n");
            client.untilOutput("got more\n");
            assertThat(client.until("exit").getLast().required("code").asInt()).isEqualTo(4);
            client.closed(1000);
        }
    }

    @Test
    default void leavingTheMainProcessDoesNotEndIt() {
        JsonNode container = running();
        try (SocketClient client = terminalOf(container, "?mode=attach")) {
            client.next("started");
            client.say("{'type':'close'}");
            client.closed(1000);
        }
        try (SocketClient client = terminalOf(container, "?mode=attach")) {
            client.next("started");
            client.reset();
        }
        assertThat(status(container)).isEqualTo("running");
    }

    @Test
    default void aSignalReachesTheMainProcess() {
        needs("command");
        JsonNode container = running();
        try (SocketClient client = terminalOf(container, "?mode=attach")) {
            client.next("started");
            client.say("{'type':'signal','name':'TERM'}");
            List<JsonNode> rest = client.until("exit");
            assertThat(SocketClient.text(rest, "stdout")).isEqualTo("bye\n");
            assertThat(rest.getLast().required("code").asInt()).isZero();
        }
    }

    @Test
    default void aTerminalsMainProcessIsJoinedWithItsSizeAndItsKeys() {
        JsonNode container = started(with(
                with(shell("trap 'echo int; exit 5' INT; read x; stty size; while :; do sleep 0.1; done"), "tty", true),
                "stdin_open",
                true));
        try (SocketClient client = terminalOf(container, "?mode=attach&cols=93&rows=33")) {
            assertThat(client.next("started").required("tty").asBoolean()).isTrue();
            client.type("\r");
            client.untilOutput("33 93");
            client.say("{'type':'signal','name':'INT'}");
            List<JsonNode> rest = client.until("exit");
            assertThat(SocketClient.text(rest, "stdout")).contains("int");
            assertThat(rest.getLast().required("code").asInt()).isEqualTo(5);
        }
    }
}
