package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.ok;
import static dev.roadstead.gateway.GatewaySubject.path;
import static dev.roadstead.gateway.GatewaySubject.problem;
import static dev.roadstead.gateway.GatewaySubject.refused;
import static dev.roadstead.gateway.GatewaySubject.text;
import static dev.roadstead.gateway.GatewaySubject.texts;
import static dev.roadstead.gateway.GatewaySubject.with;
import static java.time.temporal.ChronoUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerName;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Containers are listed by conditions and page by page, and found by every address they have. */
public interface ListingOverHttp extends GatewaySubject {
    @Test
    default void conditionsAreCombinedByAnd() {
        String kind = text(ok(gateway().get(GatewaySubject.engine(""))), "kind");
        String blue = name(created(labelled("blue", "shop", List.of("blue"))));
        String both = name(started(labelled("both", "shop", List.of("blue", "green"))));
        JsonNode third = started(idle());
        ok(gateway().post(path(third, "/stop?timeout=0")));
        String none = name(third);

        assertThat(names("")).containsExactlyInAnyOrder(blue, both, none);
        assertThat(names("engine=" + ENGINE)).hasSize(3);
        assertThat(names("kind=kleened")).isEmpty();
        assertThat(names("kind=kleened&kind=" + kind)).hasSize(3);
        assertThat(names("status=running")).containsExactly(both);
        assertThat(names("status=running&status=created")).containsExactlyInAnyOrder(both, blue);
        assertThat(names("status=stopped")).containsExactly(none);
        assertThat(names("tag=blue")).containsExactlyInAnyOrder(blue, both);
        assertThat(names("tag=blue&tag=green")).containsExactly(both);
        assertThat(names("tag=blu")).isEmpty();
        assertThat(names("label=team")).containsExactlyInAnyOrder(blue, both);
        assertThat(names("label=team=shop&label=only=blue")).containsExactly(blue);
        assertThat(names("label=team=sho")).isEmpty();
        assertThat(names("name=" + both)).containsExactly(both);
        assertThat(names("name=" + both.substring(0, both.length() - 1))).isEmpty();
        assertThat(names("managed=true")).hasSize(3);
        assertThat(names("managed=false")).isEmpty();
        assertThat(names("tag=blue&status=created&label=team&managed=true&engine=" + ENGINE))
                .containsExactly(blue);
        assertThat(names("tag=blue&status=stopped")).isEmpty();
    }

    private Map<String, Object> labelled(String only, String team, List<String> tags) {
        Map<String, String> labels = new HashMap<>(made().labels());
        labels.put("team", team);
        labels.put("only", only);
        return with(with(idle(), "labels", labels), "tags", tags);
    }

    @Test
    default void theListIsNewestFirstOrAsAsked() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            JsonNode container = created(idle());
            made.add(name(container));
            // Docker's list knows whole seconds only.
            Instant next = Instant.parse(text(container, "created_at"))
                    .truncatedTo(SECONDS)
                    .plusSeconds(1);
            GatewaySubject.within().until(() -> Instant.now().isAfter(next));
        }
        List<String> newestFirst = new ArrayList<>(made);
        Collections.reverse(newestFirst);
        List<String> byName = made.stream().sorted().toList();
        List<String> descending =
                made.stream().sorted(Collections.reverseOrder()).toList();

        assertThat(names("")).isEqualTo(newestFirst);
        assertThat(names("sort=-created_at")).isEqualTo(newestFirst);
        assertThat(names("sort=created_at")).isEqualTo(made);
        assertThat(names("sort=name")).isEqualTo(byName);
        assertThat(names("sort=-name")).isEqualTo(descending);
        assertThat(names("sort=engine")).containsExactlyInAnyOrderElementsOf(made);
        refused(gateway().get("/v1/containers?sort=size"), "INVALID_SORT", "sort");
    }

    @Test
    default void pagesHoldEverythingOnceAndTheLastIsNotEmpty() {
        Set<String> made = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            made.add(name(created(idle())));
        }
        for (String sort : List.of("-created_at", "name", "status")) {
            List<String> seen = new ArrayList<>();
            int pages = 0;
            String cursor = "";
            do {
                JsonNode page = list("limit=2&sort=" + sort + cursor);
                assertThat(page.required("containers").size()).isEqualTo(2);
                seen.addAll(texts(page.required("containers"), "name"));
                JsonNode next = page.required("next_cursor");
                cursor = next.isNull() ? "" : "&cursor=" + next.asString();
                pages++;
            } while (!cursor.isEmpty());
            assertThat(pages).isEqualTo(2);
            assertThat(seen).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(made);
        }
    }

    @Test
    default void aBadLimitOrCursorIsRefused() {
        created(idle());
        created(idle());

        for (String limit : List.of("0", "1001", "-1", "many")) {
            refused(gateway().get("/v1/containers?limit=" + limit), "INVALID_LIMIT", "limit");
        }
        ok(gateway().get("/v1/containers?limit=1000"));
        refused(gateway().get("/v1/containers?cursor=nonsense"), "INVALID_CURSOR", "cursor");
        String cursor = text(list("limit=1"), "next_cursor");
        refused(gateway().get("/v1/containers?cursor=" + cursor), "INVALID_CURSOR", "cursor");
        refused(
                gateway().get("/v1/containers?sort=name&limit=1&" + made().filter() + "&cursor=" + cursor),
                "INVALID_CURSOR",
                "cursor");
    }

    @Test
    default void aConditionThatMakesNoSenseIsRefused() {
        refused(gateway().get("/v1/containers?status=sleeping"), "INVALID_STATUS", "status");
        refused(gateway().get("/v1/containers?kind=boat"), "INVALID_KIND", "kind");
        refused(gateway().get("/v1/containers?managed=maybe"), "INVALID_MANAGED", "managed");
        problem(gateway().get("/v1/containers?engine=nowhere"), 404, "not_found", "NO_SUCH_ENGINE");
    }

    @Test
    default void aContainerIsFoundByCuidNameIdAndUniquePrefix() {
        JsonNode container = created(idle());
        String id = text(container, "id");

        String part = has("id_prefix") ? id.substring(0, 12) : id;
        for (String address : List.of(
                text(container, "cuid"), ENGINE + ":" + name(container), ENGINE + ":" + id, ENGINE + ":" + part)) {
            JsonNode found = ok(gateway().get("/v1/containers/" + address));
            assertThat(text(found, "cuid")).as(address).isEqualTo(text(container, "cuid"));
        }
        for (String address : List.of(
                NOBODY,
                ENGINE + ":" + made().name(),
                ENGINE + ":" + name(container).substring(0, 20),
                name(container),
                id,
                "c1",
                ENGINE + ":")) {
            problem(gateway().get("/v1/containers/" + address), 404, "not_found", "NO_SUCH_CONTAINER");
        }
        problem(gateway().get("/v1/containers/nowhere:web"), 404, "not_found", "NO_SUCH_ENGINE");
    }

    @Test
    default void anActionTakesEveryAddress() {
        JsonNode container = created(idle());

        ok(gateway().post("/v1/containers/%s:%s/start".formatted(ENGINE, name(container))));

        assertThat(status(container)).isEqualTo("running");
    }

    @Test
    default void aContainerMadeWithoutTheGatewayHasAStableCuidAndIsNotManaged() {
        Engine engine = gateway().bean(EngineRegistry.class).get(ENGINE);
        String name = made().name();
        engine.containers()
                .create(ContainerSpec.of(image(), has("command") ? List.of("sleep", "60") : List.of())
                        .named(new ContainerName(name))
                        .labelled(made().labels()))
                .block(Duration.ofSeconds(30));

        JsonNode byName = ok(gateway().get("/v1/containers/%s:%s".formatted(ENGINE, name)));
        JsonNode byCuid = ok(gateway().get(path(byName, "")));

        assertThat(byCuid).isEqualTo(byName);
        assertThat(byName.required("managed").asBoolean()).isFalse();
        assertThat(texts(list("managed=false").required("containers"), "cuid")).containsExactly(text(byName, "cuid"));
        ok(gateway().post(path(byName, "/start")));
        JsonNode stopped = ok(gateway().post(path(byName, "/stop?timeout=0")));
        assertThat(text(stopped, "cuid")).isEqualTo(text(byName, "cuid"));
    }

    private JsonNode list(String query) {
        return ok(gateway().get("/v1/containers?%s&%s".formatted(query, made().filter())));
    }

    private List<String> names(String query) {
        JsonNode page = list(query);
        assertThat(page.required("warnings").size()).isZero();
        return texts(page.required("containers"), "name");
    }

    private static String name(JsonNode container) {
        return text(container, "name");
    }
}
