package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.ok;
import static dev.roadstead.gateway.GatewaySubject.path;
import static dev.roadstead.gateway.GatewaySubject.problem;
import static dev.roadstead.gateway.GatewaySubject.text;
import static dev.roadstead.gateway.GatewaySubject.texts;
import static dev.roadstead.gateway.GatewaySubject.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.gateway.RunningGateway.Answer;
import dev.roadstead.lab.LxdDaemon;
import dev.roadstead.lab.OwnLxd;
import dev.roadstead.lab.RequiresLab;
import dev.roadstead.transport.EngineRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A real LXD that crashes in the middle of something and is started again, and one that is only out of reach for a while. */
@RequiresLab("lxd")
class LxdRestartIT {
    private static final String IMAGE = "stalled:busybox/1";

    @TempDir
    private static @Nullable Path folder;

    private static @Nullable OwnLxd lxd;
    private static @Nullable StalledStreams streams;
    private static @Nullable CuttingProxy proxy;
    private static @Nullable RunningGateway running;

    private final MadeOverHttp made = new MadeOverHttp(gateway());

    @BeforeAll
    static void start() throws IOException {
        lxd = new OwnLxd();
        streams = new StalledStreams();
        Path socket = Objects.requireNonNull(folder).resolve("lxd.sock");
        Path certificate =
                Files.writeString(folder.resolve("streams.pem"), streams().certificate());
        proxy = CuttingProxy.onUnixSocket(socket, lxd().uri());
        running = RunningGateway.start(
                Map.of("own", lxd().uri().toString(), "cut", "unix://" + socket),
                "roadstead.engines.own.kind=lxd",
                "roadstead.engines.own.remotes.stalled.uri=" + streams().uri(),
                "roadstead.engines.own.remotes.stalled.certificate=" + certificate,
                "roadstead.engines.cut.kind=lxd",
                "roadstead.engines.cut.remotes.stalled.uri=" + streams().uri(),
                "roadstead.engines.cut.remotes.stalled.certificate=" + certificate,
                "roadstead.monitoring.interval=1h",
                "roadstead.default-engine=own");
    }

    @AfterAll
    static void stop() throws IOException {
        try {
            if (running != null) {
                running.close();
            }
        } finally {
            lxd().close();
            if (streams != null) {
                streams.close();
            }
            if (proxy != null) {
                proxy.close();
            }
        }
    }

    private static OwnLxd lxd() {
        return Objects.requireNonNull(lxd);
    }

    private static StalledStreams streams() {
        return Objects.requireNonNull(streams);
    }

    private static RunningGateway gateway() {
        return Objects.requireNonNull(running);
    }

    @AfterEach
    void removeWhatTheTestMade() {
        made.removeAll();
        gateway().delete("/v1/engines/own/images/" + RunningGateway.encoded(IMAGE));
    }

    private JsonNode started() {
        Answer created = gateway()
                .postJson("/v1/containers", made.container(Map.of("engine", "own", "image", "busybox", "start", true)));
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        return created.json();
    }

    private static String pull(String engine) {
        Answer begun = gateway().postJson("/v1/engines/%s/images/pull".formatted(engine), Map.of("reference", IMAGE));
        assertThat(begun.status()).as(begun.text()).isEqualTo(202);
        return begun.header("Location");
    }

    private static JsonNode ended(String operation) {
        return ok(gateway().get(operation + "/wait?timeout=45"));
    }

    @Test
    void aPullThatTheDaemonForgotWhenItCrashedHasAnUnknownOutcomeAndCanBeRepeated() throws IOException {
        streams().stallAt("root.squashfs");
        String operation = pull("own");
        streams().awaitAsked();

        lxd().kill();
        streams().goOn();
        lxd().start();

        JsonNode ended = ended(operation);
        assertThat(text(ended, "status")).as(ended.toString()).isEqualTo("failed");
        assertThat(text(ended.required("error"), "code")).isEqualTo("OUTCOME_UNKNOWN");
        assertThat(gateway()
                        .get("/v1/engines/own/images/" + RunningGateway.encoded(IMAGE))
                        .status())
                .isEqualTo(404);
        assertThat(text(ended(pull("own")), "status")).isEqualTo("succeeded");
    }

    @Test
    void aPullGoesOnWhileTheDaemonIsOutOfReachAndItsEndIsFound() {
        streams().stallAt("root.squashfs");
        String operation = pull("cut");
        streams().awaitAsked();

        Objects.requireNonNull(proxy).refuse(true);
        Objects.requireNonNull(proxy).cut();
        streams().goOn();
        within().until(() -> gateway()
                        .get("/v1/engines/own/images")
                        .json()
                        .required("images")
                        .size()
                > 1);
        Objects.requireNonNull(proxy).mend();

        JsonNode ended = ended(operation);
        assertThat(text(ended, "status")).as(ended.toString()).isEqualTo("succeeded");
        assertThat(ok(gateway().get("/v1/engines/own/images/" + RunningGateway.encoded(IMAGE)))
                        .isObject())
                .isTrue();
    }

    @Test
    void aCrashEndsTerminalsWithAFailureAndContainersRunOn() throws IOException {
        JsonNode container = started();
        String target = "/v1/ws/%s?mode=shell&cols=80&rows=24".formatted(text(container, "cuid"));
        try (SocketClient terminal = SocketClient.open(gateway(), target)) {
            String exec = terminal.next("started").required("exec_id").asString();
            terminal.type("echo he''re\n");
            terminal.untilOutput("here");

            lxd().kill();

            JsonNode error = terminal.until("error").getLast();
            assertThat(error.required("fatal").asBoolean()).isTrue();
            assertThat(error.at("/error/error").asString()).isIn("engine_error", "engine_unreachable");
            terminal.closed(1011);
            assertThat(text(ok(gateway().get("/v1/exec/" + exec)), "status")).isEqualTo("failed");
        } finally {
            lxd().start();
        }

        assertThat(text(ok(gateway().get(path(container, ""))), "status")).isEqualTo("running");
        JsonNode told = ok(gateway().postJson(path(container, "/exec"), Map.of("command", "echo again")));
        assertThat(text(told, "stdout")).isEqualTo("again\n");
        assertThat(texts(ok(gateway().get("/v1/containers?engine=own")).required("warnings"), "engine"))
                .isEmpty();
    }

    /** Its first process is halted meanwhile, so that the stop takes as long as it may. */
    @Test
    void aStopThatACrashInterruptedIsNoSuccess() throws IOException, InterruptedException {
        JsonNode container = started();
        LxdDaemon daemon = new LxdDaemon(lxd().uri());
        int init = daemon.call(EngineRequest.get("/1.0/instances/%s/state".formatted(text(container, "name"))))
                .at("/metadata/pid")
                .asInt();
        signal("STOP", init);
        try {
            CompletableFuture<Answer> stop =
                    CompletableFuture.supplyAsync(() -> gateway().post(path(container, "/stop?timeout=20")));
            within().until(() -> daemon.call(EngineRequest.get("/1.0/operations"))
                    .at("/metadata/running")
                    .isArray());

            lxd().kill();
            lxd().start();

            problem(stop.orTimeout(20, TimeUnit.SECONDS).join(), 502, "engine_error", "OUTCOME_UNKNOWN");
        } finally {
            signal("CONT", init);
        }
        // It was told to stop, and now it hears; until it has, the daemon removes it for nobody.
        within().until(() -> gateway().delete(path(container, "?force=true")).status(), status -> status == 204);
    }

    private static void signal(String name, int process) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process))
                        .start()
                        .waitFor())
                .isZero();
    }
}
