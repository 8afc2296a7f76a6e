package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.ok;
import static dev.roadstead.gateway.GatewaySubject.path;
import static dev.roadstead.gateway.GatewaySubject.text;
import static dev.roadstead.gateway.GatewaySubject.within;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** A process in a container can be talked to over a WebSocket: it gets what is typed, and tells its output and its end exactly. */
public interface TerminalsOverSocket extends GatewaySubject {
    /** The address of a terminal. */
    static String terminal(JsonNode container, String query) {
        return "/v1/ws/" + text(container, "cuid") + query;
    }

    /** A shell terminal that runs a line. */
    default SocketClient running(JsonNode container, String line, String... more) {
        return SocketClient.open(
                gateway(),
                terminal(container, "?mode=shell&command=" + RunningGateway.encoded(line) + String.join("", more)));
    }

    /** What is known of an exec. */
    default JsonNode exec(String id) {
        return ok(gateway().get("/v1/exec/" + id));
    }

    /** Waits until an exec has ended. */
    default JsonNode execEnded(String id) {
        within().until(() -> !text(exec(id), "status").equals("running"));
        return exec(id);
    }

    @Test
    default void aCommandTellsItsOutputsAndItsExitCodeAndTheSocketCloses() {
        try (SocketClient client = running(running(), "echo out; echo err >&2; exit 5")) {
            JsonNode started = client.next("started");
            List<JsonNode> frames = client.until("exit");

            assertThat(text(started, "exec_id")).isNotBlank();
            assertThat(started.required("tty").asBoolean()).isFalse();
            assertThat(started.required("writer").asBoolean()).isTrue();
            assertThat(SocketClient.text(frames, "stdout")).isEqualTo("out\n");
            assertThat(SocketClient.text(frames, "stderr")).isEqualTo("err\n");
            assertThat(frames.getLast().required("code").asInt()).isEqualTo(5);
            client.closed(1000);
            assertThat(exec(text(started, "exec_id")).required("exit_code").asInt())
                    .isEqualTo(5);
        }
    }

    @Test
    default void aRepeatedCommandIsAProgramAndItsArguments() {
        try (SocketClient client = SocketClient.open(
                gateway(), terminal(running(), "?mode=shell&command=echo&command=a%20%20b&command=%24HOME%2Cx"))) {
            assertThat(SocketClient.text(client.until("exit"), "stdout")).isEqualTo("a  b $HOME,x\n");
        }
    }

    @Test
    default void withoutACommandThereIsAShell() {
        try (SocketClient client = SocketClient.open(gateway(), terminal(running(), "?mode=shell"))) {
            client.next("started");
            client.type("echo one\n");
            assertThat(client.untilOutput("one\n")).isEqualTo("one\n");
            client.type("exit 3\n");
            assertThat(client.next("exit").required("code").asInt()).isEqualTo(3);
            client.closed(1000);
        }
    }

    @Test
    default void aTerminalsProgramThatIsNotThereEndsWith126Or127() {
        try (SocketClient client = SocketClient.open(
                gateway(), terminal(running(), "?mode=shell&command=/roadstead-test-nothing&command=x"))) {
            assertThat(client.until("exit").getLast().required("code").asInt()).isIn(126, 127);
        }
    }

    @Test
    default void framesSentBeforeTheShellIsReadyKeepTheirOrder() {
        try (SocketClient client = running(running(), "cat")) {
            StringBuilder sent = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                client.type("line " + i + "\n");
                sent.append("line ").append(i).append('\n');
            }
            client.say("{'type':'eof'}");

            List<JsonNode> frames = client.until("exit");
            assertThat(SocketClient.text(frames, "stdout")).isEqualTo(sent.toString());
            assertThat(frames.getLast().required("code").asInt()).isZero();
        }
    }

    @Test
    default void theEndOfInputLeavesOutputOpen() {
        try (SocketClient client = running(running(), "cat; echo after")) {
            client.next("started");
            client.type("before\n").say("{'type':'eof'}");

            assertThat(SocketClient.text(client.until("exit"), "stdout")).isEqualTo("before\nafter\n");
            client.closed(1000);
        }
    }

    @Test
    default void inputAfterTheEndOfTheProcessHurtsNobody() {
        try (SocketClient client = running(running(), "exit 0")) {
            client.until("exit");
            client.type("too late\n").say("{'type':'resize','cols':80,'rows':24}");
            client.closed(1000);
        }
    }

    /** What a script at a terminal does before it ends, where the daemon loses what is written last. */
    default String parting() {
        return "";
    }

    @Test
    default void aTerminalHasItsSizeAndAnotherWhenToldSo() {
        // Before the first input, not before the first output: until API 1.42 Docker starts a process without a size.
        try (SocketClient client =
                running(running(), "read x; stty size; read x; stty size" + parting(), "&cols=91&rows=31")) {
            assertThat(client.next("started").required("tty").asBoolean()).isTrue();
            client.type("\r");
            client.untilOutput("31 91");
            client.say("{'type':'resize','cols':120,'rows':40}").type("\r");
            client.untilOutput("40 120");
            assertThat(client.until("exit").getLast().required("code").asInt()).isZero();
        }
    }

    @Test
    default void whatHasNoTerminalHasNoSizeAndGoesOn() {
        try (SocketClient client = running(running(), "cat")) {
            client.next("started");
            client.say("{'type':'resize','cols':80,'rows':24}");

            JsonNode error = client.next("error");
            assertThat(error.required("fatal").asBoolean()).isFalse();
            assertThat(text(error.required("error"), "error")).isEqualTo("state_error");
            client.type("still here\n");
            assertThat(client.untilOutput("\n")).isEqualTo("still here\n");
        }
    }

    @Test
    default void keysOfATerminalInterruptWhatRuns() {
        try (SocketClient client = running(
                running(),
                "trap 'echo int%s; exit 7' INT; echo ready; while :; do sleep 0.1; done".formatted(parting()),
                "&cols=80&rows=24")) {
            client.untilOutput("ready");
            client.say("{'type':'signal','name':'INT'}");
            List<JsonNode> frames = client.until("exit");
            assertThat(SocketClient.text(frames, null)).contains("int");
            assertThat(frames.getLast().required("code").asInt()).isEqualTo(7);
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM,143", "SIGKILL,137", "15,143"})
    default void aSignalEndsWhatHasNoTerminal(String signal, int code) {
        try (SocketClient client = running(running(), "echo ready; sleep 300")) {
            client.untilOutput("ready");
            client.say("{'type':'signal','name':'%s'}".formatted(signal));
            assertThat(client.until("exit").getLast().required("code").asInt()).isEqualTo(code);
            client.closed(1000);
        }
    }

    @Test
    default void bytesThatAreNoTextArriveExactlyBothWays() {
        byte[] noise = new byte[300_000];
        new Random(7).nextBytes(noise);
        try (SocketClient client = running(running(), "cat")) {
            client.next("started");
            Thread sender = Thread.ofVirtual().start(() -> {
                for (int at = 0; at < noise.length; at += 50_000) {
                    client.type(Arrays.copyOfRange(noise, at, at + 50_000));
                }
                client.say("{'type':'eof'}");
            });
            List<JsonNode> frames = client.until("exit");
            assertThat(SocketClient.output(frames, "stdout")).isEqualTo(noise);
            assertThat(frames.subList(0, frames.size() - 1))
                    .allSatisfy(frame ->
                            assertThat(SocketClient.bytes(frame).length).isBetween(1, 65_536));
            assertThat(sender.isAlive()).isFalse();
        }
    }

    @Test
    default void aCharacterSplitOverTwoReadsArrivesExactlyAndAtOnce() {
        byte[] euro = "€".getBytes(StandardCharsets.UTF_8);
        try (SocketClient client = running(running(), "cat")) {
            client.next("started");
            client.type(Arrays.copyOf(euro, 2));
            assertThat(SocketClient.bytes(client.next("stdout"))).isEqualTo(Arrays.copyOf(euro, 2));
            client.type(new byte[] {euro[2], '!'});
            JsonNode rest = client.next("stdout");
            assertThat(SocketClient.bytes(rest)).isEqualTo(new byte[] {euro[2]});
            JsonNode text = client.next("stdout");
            assertThat(text(text, "data")).isEqualTo("!");
            assertThat(text.required("offset").asLong()).isEqualTo(3);
        }
    }

    @Test
    default void offsetsCountTheBytesOfBothOutputs() {
        try (SocketClient client = running(running(), "echo one; sleep 0.2; echo two >&2; sleep 0.2; echo three")) {
            List<JsonNode> frames = client.until("exit");
            long next = 0;
            for (JsonNode frame : frames.subList(1, frames.size() - 1)) {
                assertThat(frame.required("offset").asLong()).isEqualTo(next);
                next += SocketClient.bytes(frame).length;
            }
            assertThat(next).isEqualTo("one\ntwo\nthree\n".length());
        }
    }

    @Test
    default void theBinaryFormSaysTheSame() {
        byte[] noise = new byte[100_000];
        new Random(8).nextBytes(noise);
        try (SocketClient client = SocketClient.openBinary(
                gateway(), terminal(running(), "?mode=shell&command=" + RunningGateway.encoded("cat; echo err >&2")))) {
            JsonNode started = client.next("started");
            assertThat(started.required("offset").asLong()).isZero();
            client.say("{'type':'resize','cols':80,'rows':24}");
            assertThat(client.next("error").required("fatal").asBoolean()).isFalse();
            client.type(noise).say("{'type':'eof'}");

            List<JsonNode> frames = client.until("exit");
            assertThat(SocketClient.output(frames, "stdout")).isEqualTo(noise);
            assertThat(SocketClient.text(frames, "stderr")).isEqualTo("err\n");
            client.closed(1000);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense                                                  | BAD_JSON         | frame",
                "[]                                                        | BAD_JSON         | frame",
                "{'type':'stdin','data':'a'} {}                            | BAD_JSON         | frame",
                "{}                                                        | MISSING_TYPE     | type",
                "{'type':7}                                                | INVALID_TYPE     | type",
                "{'type':'shout'}                                          | INVALID_TYPE     | type",
                "{'type':'stdin'}                                          | MISSING_DATA     | data",
                "{'type':'stdin','data':7}                                 | INVALID_DATA     | data",
                "{'type':'stdin','data':'a','encoding':'hex'}              | INVALID_ENCODING | encoding",
                "{'type':'stdin','data':'%','encoding':'base64'}           | INVALID_DATA     | data",
                "{'type':'stdin','data':'\\ud800'}                         | INVALID_DATA     | data",
                "{'type':'stdin','data':'a','dota':'b'}                    | UNKNOWN_FIELD    | dota",
                "{'type':'resize','cols':80}                               | MISSING_ROWS     | rows",
                "{'type':'resize','cols':0,'rows':24}                      | INVALID_COLS     | cols",
                "{'type':'resize','cols':80,'rows':65536}                  | INVALID_ROWS     | rows",
                "{'type':'resize','cols':8.5,'rows':24}                    | INVALID_COLS     | cols",
                "{'type':'signal'}                                         | MISSING_NAME     | name",
                "{'type':'signal','name':'NOPE'}                           | INVALID_NAME     | name"
            })
    default void aBadFrameIsAnsweredAndTheConversationGoesOn(String frame, String code, String field) {
        try (SocketClient client = running(sleeping(), "cat")) {
            client.next("started");
            client.say(frame);
            refusal(client.next("error"), code, field);
            client.type("still here\n");
            assertThat(client.untilOutput("\n")).isEqualTo("still here\n");
        }
    }

    @Test
    default void aFrameOfTheOtherFormIsAnsweredAndTheConversationGoesOn() {
        try (SocketClient client = running(running(), "cat")) {
            client.next("started");
            client.send(SocketClient.BINARY, new byte[] {0, 'a'});
            refusal(client.next("error"), "UNEXPECTED_BINARY", "frame");
            client.send(SocketClient.TEXT, new byte[] {'{', (byte) 0xff, '}'});
            refusal(client.next("error"), "BAD_JSON", "frame");
            client.type("still here\n");
            client.untilOutput("still here\n");
        }
        try (SocketClient client = SocketClient.openBinary(gateway(), terminal(running(), "?mode=shell"))) {
            client.next("started");
            client.send(SocketClient.TEXT, "{\"type\":\"eof\"}".getBytes(StandardCharsets.UTF_8));
            refusal(client.next("error"), "UNEXPECTED_TEXT", "frame");
            client.send(SocketClient.BINARY, new byte[0]);
            refusal(client.next("error"), "EMPTY_FRAME", "frame");
            client.send(SocketClient.BINARY, new byte[] {9});
            refusal(client.next("error"), "INVALID_TYPE", "type");
            client.type("exit 4\n");
            assertThat(client.next("exit").required("code").asInt()).isEqualTo(4);
        }
    }

    /** A container that is there, whether or not its main process is ready. */
    default JsonNode sleeping() {
        return started(idle());
    }

    private static void refusal(JsonNode frame, String code, String field) {
        assertThat(frame.required("fatal").asBoolean()).isFalse();
        JsonNode problem = frame.required("error");
        assertThat(text(problem, "error")).as(frame.toString()).isEqualTo("validation_error");
        assertThat(text(problem, "code")).as(frame.toString()).isEqualTo(code);
        assertThat(text(problem.required("details"), "field")).isEqualTo(field);
        assertThat(text(problem, "request_id")).isNotBlank();
        assertThat(text(problem, "timestamp")).endsWith("Z");
    }

    @Test
    default void whatCannotBeIsRefusedAtTheHandshake() {
        String authorization = SocketClient.authorization(gateway());
        JsonNode container = running();
        String shell = terminal(container, "?mode=shell");

        GatewaySubject.problem(
                SocketClient.refused(gateway(), "/v1/ws/" + NOBODY, authorization),
                404,
                "not_found",
                "NO_SUCH_CONTAINER");
        GatewaySubject.problem(SocketClient.refused(gateway(), shell), 401, "auth_error", "MISSING_CREDENTIALS");
        GatewaySubject.problem(
                SocketClient.refused(gateway(), shell, authorization, "Origin: https://elsewhere.example"),
                403,
                "forbidden",
                "CROSS_SITE_REQUEST");
        GatewaySubject.problem(
                SocketClient.refused(gateway(), "/v1/ws/exec/nothing", authorization),
                404,
                "not_found",
                "NO_SUCH_EXEC");
        GatewaySubject.problem(gateway().get(shell), 426, "upgrade_required", "UPGRADE_REQUIRED");
        for (String query : List.of("?mode=dance", "?cols=80", "?cols=0&rows=1", "?tty=maybe", "?command=", "?user=")) {
            GatewaySubject.problem(
                    SocketClient.refused(gateway(), terminal(container, query), authorization),
                    400,
                    "validation_error",
                    switch (query) {
                        case "?mode=dance" -> "INVALID_MODE";
                        case "?cols=80" -> "MISSING_ROWS";
                        case "?cols=0&rows=1" -> "INVALID_COLS";
                        case "?tty=maybe" -> "INVALID_TTY";
                        case "?command=" -> "INVALID_COMMAND";
                        default -> "INVALID_USER";
                    });
        }
        ok(gateway().post(path(container, "/stop")));
        for (String mode : List.of("shell", "attach")) {
            assertThat(SocketClient.refused(gateway(), terminal(container, "?mode=" + mode), authorization)
                            .status())
                    .isEqualTo(422);
        }
    }

    @Test
    default void aPageOfTheSameOriginMayOpenASocket() {
        try (SocketClient client = SocketClient.open(
                gateway(), terminal(running(), "?mode=shell&command=true"), "Origin: http://gateway")) {
            client.until("exit");
            client.closed(1000);
        }
    }
}
