package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.ok;
import static dev.roadstead.gateway.GatewaySubject.path;
import static dev.roadstead.gateway.GatewaySubject.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.adapter.kleened.standin.KleenedStandIn;
import dev.roadstead.adapter.kleened.standin.RequiresJails;
import dev.roadstead.gateway.RunningGateway.Answer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What the guide for Kleened's own developers goes through, said in the unified API. */
@RequiresJails
class KleenedGuideIT {
    private static final String IMAGE = "FreeBSD-13.2-STABLE:latest";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @Test
    void anImageIsMadeAContainerRunsAndAnotherIsStopped() {
        try (KleenedStandIn standIn = KleenedStandIn.onUnixSocket(folder);
                RunningGateway gateway = RunningGateway.start(
                        Map.of("jails", standIn.uri().toString()),
                        "roadstead.engines.jails.kind=kleened",
                        "roadstead.engines.jails.kleened.capture-logs=true")) {
            Answer making = gateway.postJson(
                    "/v1/engines/jails/images/import",
                    Map.of("method", "zfs-clone", "dataset", "zroot/kleene_basejail", "tag", IMAGE));
            assertThat(making.status()).as(making.text()).isEqualTo(202);
            JsonNode made = ok(gateway.get(making.header("Location") + "/wait?timeout=30"));
            assertThat(text(made, "status")).as(made.toString()).isEqualTo("succeeded");
            assertThat(ok(gateway.get("/v1/engines/jails/images")).toString()).contains(IMAGE);

            JsonNode lists = created(gateway, List.of("/bin/sh", "-c", "ls /bin/sh"));
            try (SocketClient client = start(gateway, lists)) {
                List<JsonNode> frames = client.until("exit");
                assertThat(SocketClient.text(frames, "stdout")).isEqualTo("/bin/sh\n");
                assertThat(frames.getLast().required("code").asInt()).isZero();
                client.closed(1000);
            }

            JsonNode sleeps = created(gateway, List.of("/bin/sleep", "60"));
            ok(gateway.post(path(sleeps, "/start")));
            try (SocketClient client = SocketClient.open(
                    gateway,
                    TerminalsOverSocket.terminal(
                            sleeps, "?mode=shell&command=" + RunningGateway.encoded("echo in it")))) {
                List<JsonNode> frames = client.until("exit");
                assertThat(SocketClient.text(frames, "stdout")).isEqualTo("in it\n");
                client.closed(1000);
            }
            ok(gateway.post(path(sleeps, "/stop?timeout=1")));
            assertThat(text(ok(gateway.get(path(sleeps, ""))), "status")).isIn("exited", "stopped");

            for (JsonNode container : List.of(lists, sleeps)) {
                assertThat(gateway.delete(path(container, "")).status()).isEqualTo(204);
            }
            assertThat(ok(gateway.get("/v1/containers?engine=jails")).required("containers"))
                    .isEmpty();
        }
    }

    /** Starts it, and reads what its main process writes from the beginning. */
    private static SocketClient start(RunningGateway gateway, JsonNode container) {
        ok(gateway.post(path(container, "/start")));
        return SocketClient.open(gateway, TerminalsOverSocket.terminal(container, ""));
    }

    private static JsonNode created(RunningGateway gateway, List<String> command) {
        Answer answer =
                gateway.postJson("/v1/containers", Map.of("engine", "jails", "image", IMAGE, "command", command));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.json();
    }
}
