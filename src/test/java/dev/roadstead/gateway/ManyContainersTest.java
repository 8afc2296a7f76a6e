package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.ok;
import static dev.roadstead.gateway.GatewaySubject.problem;
import static dev.roadstead.gateway.GatewaySubject.text;
import static dev.roadstead.gateway.GatewaySubject.texts;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Lists stay whole and exact when there are thousands of containers, and when some come and go meanwhile. */
class ManyContainersTest {
    private static final int COUNT = 2_000;
    private static @Nullable RunningGateway running;

    @BeforeAll
    static void start() {
        running = RunningGateway.start(Map.of("many", "simulated:///?containers=" + COUNT));
    }

    @AfterAll
    static void stop() {
        gateway().close();
    }

    @Test
    void twoThousandContainersAreListedWholePageByPage() {
        for (int limit : new int[] {1000, 100, 333}) {
            List<String> cuids = new ArrayList<>();
            int pages = 0;
            String cursor = "";
            do {
                JsonNode page = ok(gateway().get("/v1/containers?limit=%d&label=demo%s".formatted(limit, cursor)));
                assertThat(page.required("containers").size()).isPositive();
                cuids.addAll(texts(page.required("containers"), "cuid"));
                cursor = next(page);
                pages++;
            } while (!cursor.isEmpty());
            assertThat(cuids).hasSize(COUNT).doesNotHaveDuplicates();
            assertThat(pages).isEqualTo((COUNT + limit - 1) / limit);
        }
    }

    @Test
    void pagesNeitherLoseNorRepeatWhatStaysWhileOthersComeAndGo() {
        List<String> ours = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            ours.add(created("churn"));
        }
        Set<String> staying = new HashSet<>(ours);
        List<String> seen = new ArrayList<>();
        String cursor = "";
        int page = 0;
        do {
            JsonNode listed = ok(gateway().get("/v1/containers?limit=20&label=group=churn" + cursor));
            seen.addAll(texts(listed.required("containers"), "cuid"));
            cursor = next(listed);
            // One that was shown goes, one that was not goes, and a new one comes.
            for (String gone : List.of(ours.get(page), ours.get(ours.size() - 1 - page * 20))) {
                assertThat(gateway().delete("/v1/containers/" + gone).status()).isEqualTo(204);
                staying.remove(gone);
            }
            created("churn");
            page++;
        } while (!cursor.isEmpty());

        assertThat(seen).doesNotHaveDuplicates().containsAll(staying);
        seen.stream()
                .filter(cuid -> !ours.contains(cuid))
                .forEach(late -> assertThat(ours)
                        .as("new ones stand before the first page")
                        .contains(late));
    }

    @Test
    void anAmbiguousPrefixIsAConflictThatNamesTheCandidates() {
        Map<String, List<String>> byPrefix = new HashMap<>();
        String cursor = "";
        do {
            JsonNode page = ok(gateway().get("/v1/containers?limit=1000" + cursor));
            texts(page.required("containers"), "id")
                    .forEach(id -> byPrefix.computeIfAbsent(id.substring(0, 4), any -> new ArrayList<>())
                            .add(id));
            cursor = next(page);
        } while (!cursor.isEmpty());
        Map.Entry<String, List<String>> shared = byPrefix.entrySet().stream()
                .filter(entry -> entry.getValue().size() > 1)
                .findFirst()
                .orElseThrow();

        JsonNode problem =
                problem(gateway().get("/v1/containers/many:" + shared.getKey()), 409, "conflict", "AMBIGUOUS_ADDRESS");

        assertThat(texts(problem.at("/details/candidates")))
                .hasSameSizeAs(shared.getValue())
                .allSatisfy(candidate -> assertThat(shared.getValue())
                        .anySatisfy(id -> assertThat(candidate).contains(id)));
        String one = shared.getValue().getFirst();
        assertThat(text(ok(gateway().get("/v1/containers/many:" + one)), "id")).isEqualTo(one);
        assertThat(gateway().get("/v1/containers/many:" + one.substring(0, 3)).status())
                .isEqualTo(404);
    }

    private static String created(String group) {
        var answer = gateway()
                .postJson("/v1/containers", Map.of("image", "busybox:latest", "labels", Map.of("group", group)));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return text(answer.json(), "cuid");
    }

    private static String next(JsonNode page) {
        JsonNode next = page.required("next_cursor");
        return next.isNull() ? "" : "&cursor=" + next.asString();
    }

    private static RunningGateway gateway() {
        return Objects.requireNonNull(running);
    }
}
