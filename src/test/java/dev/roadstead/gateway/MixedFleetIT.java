package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.ok;
import static dev.roadstead.gateway.GatewaySubject.text;
import static dev.roadstead.gateway.GatewaySubject.texts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Real engines of three families, a simulated one and one that accepts connections but never says a word, seen as one. */
@RequiresLab({"docker", "podman", "lxd"})
class MixedFleetIT {
    private static final Duration PATIENCE_WITH_THE_SILENT = Duration.ofSeconds(2);

    /** What the others and the gateway itself need besides. */
    private static final Duration A_LITTLE = Duration.ofSeconds(3);

    private static final Map<String, String> IMAGES =
            Map.of("dock", "busybox:latest", "pod", "busybox:latest", "metal", "busybox", "demo", "busybox:latest");

    private static @Nullable RunningGateway running;
    private static @Nullable SilentServer silent;

    private final MadeOverHttp made = new MadeOverHttp(gateway());

    @BeforeAll
    static void start() {
        SilentServer nobody = new SilentServer();
        silent = nobody;
        Map<String, String> engines = new LinkedHashMap<>();
        engines.put("dock", Lab.docker().toString());
        engines.put("pod", Lab.podman().toString());
        engines.put("metal", Lab.lxd().toString());
        engines.put("demo", "simulated:///?containers=3");
        engines.put("silent", nobody.uri());
        running = RunningGateway.start(
                engines,
                "roadstead.engines.pod.kind=podman",
                "roadstead.engines.metal.kind=lxd",
                "roadstead.engines.silent.request-timeout=" + PATIENCE_WITH_THE_SILENT.toSeconds() + "s",
                "roadstead.default-engine=dock");
    }

    @AfterAll
    static void stop() {
        gateway().close();
        Objects.requireNonNull(silent).close();
    }

    @AfterEach
    void removeWhatTheTestMade() {
        made.removeAll();
    }

    @Test
    void oneListShowsTheContainersOfEveryFamilyNewestFirst() {
        Map<String, String> cuids = new LinkedHashMap<>();
        IMAGES.keySet().stream().sorted().forEach(engine -> cuids.put(engine, made(engine)));

        JsonNode list = ok(gateway().get("/v1/containers?limit=1000"));

        assertThat(texts(list.required("containers"), "cuid")).containsAll(cuids.values());
        assertThat(texts(list.required("warnings"), "engine")).containsExactly("silent");
        List<Instant> births = new ArrayList<>();
        list.required("containers").forEach(container -> {
            if (!container.required("created_at").isNull()) {
                births.add(Instant.parse(text(container, "created_at")));
            }
        });
        assertThat(births).isSortedAccordingTo(Comparator.reverseOrder());
        list.required("containers").forEach(container -> {
            if (cuids.containsValue(text(container, "cuid"))) {
                assertThat(container.required("managed").asBoolean()).isTrue();
                assertThat(text(container, "status")).isEqualTo("created");
            }
        });
        assertThat(kindsOf(list, cuids.values())).containsExactlyInAnyOrder("docker", "podman", "lxd", "simulated");
    }

    @Test
    void pagesOverAllEnginesShowEachContainerOnceThoughOthersComeAndGo() {
        Set<String> staying = new HashSet<>();
        List<String> leaving = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            for (String engine : List.of("dock", "pod", "metal")) {
                staying.add(made(engine));
                leaving.add(made(engine));
            }
        }
        List<String> seen = new ArrayList<>();
        String cursor = "";
        int pages = 0;
        do {
            JsonNode page = ok(gateway().get("/v1/containers?engine=dock&engine=pod&engine=metal&limit=4" + cursor));
            assertThat(page.required("warnings").size()).isZero();
            seen.addAll(texts(page.required("containers"), "cuid"));
            cursor = page.required("next_cursor").isNull()
                    ? ""
                    : "&cursor=" + RunningGateway.encoded(text(page, "next_cursor"));
            if (pages < leaving.size()) {
                assertThat(gateway()
                                .delete("/v1/containers/" + leaving.get(pages) + "?force=true")
                                .status())
                        .isEqualTo(204);
                made(List.of("dock", "pod", "metal").get(pages % 3));
            }
            pages++;
        } while (!cursor.isEmpty());

        assertThat(seen).doesNotHaveDuplicates().containsAll(staying);
        assertThat(pages).isGreaterThan(3);
    }

    @Test
    void anEngineThatHangsCostsItsOwnTimeoutAndAWarningInEveryList() {
        for (String kind : List.of("containers", "images", "volumes", "networks")) {
            long before = System.nanoTime();

            JsonNode list = ok(gateway().get("/v1/" + kind));

            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .as(kind)
                    .isLessThan(PATIENCE_WITH_THE_SILENT.plus(A_LITTLE));
            assertThat(list.required("warnings")).singleElement().satisfies(warning -> {
                assertThat(text(warning, "engine")).isEqualTo("silent");
                assertThat(text(warning, "error")).isEqualTo("engine_timeout");
            });
            if (!kind.equals("volumes") && !kind.equals("containers")) {
                assertThat(new LinkedHashSet<>(texts(list.required(kind), "engine")))
                        .containsExactlyInAnyOrder("dock", "pod", "metal", "demo");
            }
        }
    }

    @Test
    void whoeverAsksForOtherEnginesDoesNotWaitForTheOneThatHangs() {
        long before = System.nanoTime();

        JsonNode list = ok(gateway().get("/v1/containers?engine=dock&engine=pod&engine=metal"));

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(PATIENCE_WITH_THE_SILENT);
        assertThat(list.required("warnings").size()).isZero();
    }

    @Test
    void aContainerIsStartedAndStoppedByTheSameCallsOnEveryFamily() {
        for (String engine : List.of("dock", "pod", "metal", "demo")) {
            String path = "/v1/containers/" + made(engine);

            assertThat(text(ok(gateway().post(path + "/start")), "status"))
                    .as(engine)
                    .isEqualTo("running");
            assertThat(ok(gateway().post(path + "/start")).required("changed").asBoolean())
                    .as(engine)
                    .isFalse();
            assertThat(text(ok(gateway().post(path + "/stop?timeout=0")), "status"))
                    .as(engine)
                    .isEqualTo("stopped");
        }
    }

    private String made(String engine) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("engine", engine);
        body.put("image", Objects.requireNonNull(IMAGES.get(engine)));
        if (!engine.equals("metal")) {
            body.put("command", List.of("sleep", "3600"));
        }
        RunningGateway.Answer answer = gateway().postJson("/v1/containers", made.container(body));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return text(answer.json(), "cuid");
    }

    private static List<String> kindsOf(JsonNode list, Iterable<String> cuids) {
        List<String> kinds = new ArrayList<>();
        list.required("containers").forEach(container -> {
            for (String cuid : cuids) {
                if (cuid.equals(text(container, "cuid"))) {
                    kinds.add(text(container, "kind"));
                }
            }
        });
        return kinds;
    }

    private static RunningGateway gateway() {
        return Objects.requireNonNull(running);
    }
}
