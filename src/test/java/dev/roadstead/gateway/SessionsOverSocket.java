package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.ok;
import static dev.roadstead.gateway.GatewaySubject.path;
import static dev.roadstead.gateway.GatewaySubject.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A process outlives a lost connection, and its output is there for who comes back; one that is left on purpose ends. */
public interface SessionsOverSocket extends TerminalsOverSocket {
    /** A socket at an exec. */
    default SocketClient joining(String id, String query) {
        return SocketClient.open(gateway(), "/v1/ws/exec/" + id + query);
    }

    /** Goes to the process, which must notice its end. */
    default void endedByItself(JsonNode container, String id, String why) {
        JsonNode state = execEnded(id);
        assertThat(text(state, "status")).isEqualTo("exited");
        assertThat(text(state, "ended")).isEqualTo(why);
        assertThat(text(container, "cuid")).isEqualTo(text(state, "cuid"));
    }

    @Test
    default void aCloseFrameEndsTheProcess() {
        JsonNode container = running();
        try (SocketClient client = running(container, "echo ready; sleep 300")) {
            String id = text(client.next("started"), "exec_id");
            client.untilOutput("ready");
            client.say("{'type':'close'}");
            client.closed(1000);
            endedByItself(container, id, "closed");
        }
    }

    @Test
    default void aDeliberateCloseEndsTheProcess() {
        JsonNode container = running();
        try (SocketClient client = running(container, "echo ready; sleep 300")) {
            String id = text(client.next("started"), "exec_id");
            client.untilOutput("ready");
            client.sayClose(1000);
            client.closed(1000);
            endedByItself(container, id, "closed");
        }
        try (SocketClient client = running(container, "echo ready; sleep 300")) {
            String id = text(client.next("started"), "exec_id");
            client.untilOutput("ready");
            // What a browser's close() sends without arguments.
            client.send(SocketClient.CLOSE, new byte[0]);
            client.closed(1000);
            endedByItself(container, id, "closed");
        }
    }

    @Test
    default void aLostConnectionIsResumedWhereItBrokeOff() {
        String id;
        long read;
        try (SocketClient client =
                running(running(), "echo one; echo two; read x; echo got $x; sleep 0.1; echo end; exit 9")) {
            id = text(client.next("started"), "exec_id");
            client.untilOutput("two\n");
            read = "one\ntwo\n".length();
            client.reset();
        }
        assertThat(text(exec(id), "status")).isEqualTo("running");

        try (SocketClient client = joining(id, "?from=" + (read - 4))) {
            JsonNode started = client.next("started");
            assertThat(text(started, "exec_id")).isEqualTo(id);
            assertThat(started.required("writer").asBoolean()).isTrue();
            assertThat(started.required("offset").asLong()).isEqualTo(read - 4);
            assertThat(client.untilOutput("\n")).isEqualTo("two\n");
            client.type("it\n");
            List<JsonNode> rest = client.until("exit");
            assertThat(SocketClient.text(rest, "stdout")).isEqualTo("got it\nend\n");
            assertThat(rest.getLast().required("code").asInt()).isEqualTo(9);
            client.closed(1000);
        }
        // It is all still there.
        try (SocketClient client = joining(id, "")) {
            List<JsonNode> all = client.until("exit");
            assertThat(SocketClient.text(all, "stdout")).isEqualTo("one\ntwo\ngot it\nend\n");
            client.closed(1000);
        }
    }

    @Test
    default void aTabThatNavigatesAwayIsALostConnection() {
        try (SocketClient client = running(running(), "echo ready; read x; exit 6")) {
            String id = text(client.next("started"), "exec_id");
            client.untilOutput("ready");
            client.sayClose(1001);
            client.closed(1001);
            assertThat(text(exec(id), "status")).isEqualTo("running");
            try (SocketClient again = joining(id, "")) {
                again.untilOutput("ready");
                again.type("\n");
                assertThat(again.until("exit").getLast().required("code").asInt())
                        .isEqualTo(6);
            }
        }
    }

    @Test
    default void othersMayLookOnAndOnlyOneWrites() {
        try (SocketClient writer = running(running(), "cat")) {
            String id = text(writer.next("started"), "exec_id");
            writer.type("one\n");
            writer.untilOutput("one\n");
            try (SocketClient viewer = joining(id, "?role=viewer")) {
                assertThat(viewer.next("started").required("writer").asBoolean())
                        .isFalse();
                assertThat(viewer.untilOutput("\n")).isEqualTo("one\n");
                viewer.type("mine\n");
                JsonNode error = viewer.next("error");
                assertThat(error.required("fatal").asBoolean()).isFalse();
                assertThat(text(error.required("error"), "code")).isEqualTo("NOT_THE_WRITER");
                writer.type("two\n");
                assertThat(viewer.untilOutput("\n")).isEqualTo("two\n");
                writer.untilOutput("two\n");

                try (SocketClient other = joining(id, "?role=writer&from=8")) {
                    assertThat(other.next("started").required("writer").asBoolean())
                            .isTrue();
                    assertThat(text(writer.next("error").required("error"), "code"))
                            .isEqualTo("NOT_THE_WRITER");
                    other.type("three\n").say("{'type':'eof'}");
                    for (SocketClient client : List.of(writer, viewer, other)) {
                        assertThat(SocketClient.text(client.until("exit"), "stdout"))
                                .isEqualTo("three\n");
                        client.closed(1000);
                    }
                }
            }
        }
    }

    @Test
    default void aViewerThatLeavesEndsNothing() {
        try (SocketClient writer = running(running(), "cat")) {
            String id = text(writer.next("started"), "exec_id");
            try (SocketClient viewer = joining(id, "?role=viewer")) {
                viewer.next("started");
                viewer.say("{'type':'close'}");
                viewer.closed(1000);
            }
            writer.type("still here\n");
            writer.untilOutput("still here\n");
        }
    }

    @Test
    default void outputThatIsNoLongerKeptIsSaidToBeGone() {
        JsonNode container = running();
        String id = text(
                gateway()
                        .postJson(
                                path(container, "/exec"),
                                Map.of("command", "head -c 3000000 /dev/zero"),
                                "Prefer",
                                "respond-async")
                        .json(),
                "exec_id");
        long oldest = execEnded(id).required("oldest_offset").asLong();
        assertThat(oldest).isPositive();

        try (SocketClient client = joining(id, "?from=0")) {
            JsonNode error = client.next("error");
            assertThat(error.required("fatal").asBoolean()).isTrue();
            assertThat(text(error.required("error"), "code")).isEqualTo("REPLAY_GONE");
            assertThat(error.required("error")
                            .required("details")
                            .required("oldest")
                            .asLong())
                    .isEqualTo(oldest);
            client.closed(1011);
        }
        try (SocketClient client = SocketClient.openBinary(gateway(), "/v1/ws/exec/" + id)) {
            assertThat(client.next("started").required("offset").asLong()).isEqualTo(oldest);
            assertThat(SocketClient.output(client.until("exit"), null)).hasSize((int) (3_000_000 - oldest));
        }
    }

    @Test
    default void inputThatNobodyReadsHoldsUpNeitherSignalsNorTheEnd() {
        JsonNode container = running();
        byte[] large = new byte[500_000];
        try (SocketClient client = running(container, "echo ready; sleep 300")) {
            client.untilOutput("ready");
            client.type(large).type(large);
            client.say("{'type':'signal','name':'TERM'}");
            assertThat(client.until("exit").getLast().required("code").asInt()).isEqualTo(143);
            client.closed(1000);
        }
        try (SocketClient client = running(container, "echo ready; sleep 300")) {
            String id = text(client.next("started"), "exec_id");
            client.untilOutput("ready");
            client.type(large).type(large).say("{'type':'close'}");
            client.closed(1000);
            endedByItself(container, id, "closed");
        }
        try (SocketClient client = running(container, "echo ready; sleep 300")) {
            String id = text(client.next("started"), "exec_id");
            client.untilOutput("ready");
            client.type(large).type(large).sayClose(1000);
            client.closed(1000);
            endedByItself(container, id, "closed");
        }
    }

    @Test
    default void aContainerThatIsRemovedTakesItsTerminalsAlong() {
        JsonNode container = running();
        try (SocketClient shell = running(container, "echo ready; sleep 300");
                SocketClient attached =
                        SocketClient.open(gateway(), TerminalsOverSocket.terminal(container, "?mode=attach"))) {
            String id = text(shell.next("started"), "exec_id");
            shell.untilOutput("ready");
            attached.next("started");
            assertThat(gateway().delete(path(container, "?force=true")).status())
                    .isEqualTo(204);

            for (SocketClient client : List.of(shell, attached)) {
                JsonNode last = client.next();
                while (text(last, "type").equals("stdout")) {
                    last = client.next();
                }
                if (text(last, "type").equals("exit")) {
                    client.closed(1000);
                } else {
                    assertThat(text(last, "type")).as(last.toString()).isEqualTo("error");
                    assertThat(last.required("fatal").asBoolean()).isTrue();
                    assertThat(text(last.required("error"), "error")).isEqualTo("not_found");
                    client.closed(1011);
                }
            }
            assertThat(text(execEnded(id), "status")).isIn("exited", "failed");
        }
    }

    @Test
    default void aClientThatIsKilledWithDataUnderwayLeavesNothingBehindOnceItsProcessEnds() {
        JsonNode container = running();
        String id;
        try (SocketClient client = running(container, "yes")) {
            id = text(client.next("started"), "exec_id");
            client.next("stdout");
            client.type(new byte[200_000]);
            client.reset();
        }
        assertThat(text(exec(id), "status")).isEqualTo("running");
        ok(gateway().delete("/v1/exec/" + id));
        assertThat(text(execEnded(id), "status")).isEqualTo("exited");
    }
}
