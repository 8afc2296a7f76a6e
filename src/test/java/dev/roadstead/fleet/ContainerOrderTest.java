package dev.roadstead.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.when;

import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineRegistry;
import dev.roadstead.testing.ContainerBuilder;
import dev.roadstead.testing.ScriptedEngine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Pages of a fleet that never holds still. */
class ContainerOrderTest {
    private static final Instant BEGIN = Instant.parse("2026-11-23T09:00:00Z");

    private static final List<ContainerStatus> STATUSES = List.of(ContainerStatus.values());

    private final Random random = new Random(11);
    private final List<Container> here = new ArrayList<>();
    private final List<Container> there = new ArrayList<>();
    private final ScriptedEngine one = new ScriptedEngine("one");
    private final ScriptedEngine two = new ScriptedEngine("two");
    private final Fleet fleet = new Fleet(new EngineRegistry(List.of(one, two), null));
    private int made;

    @BeforeEach
    void listWhatIsThere() {
        when(one.containers().list(any())).thenReturn(Mono.fromSupplier(() -> List.copyOf(here)));
        when(two.containers().list(any())).thenReturn(Mono.fromSupplier(() -> List.copyOf(there)));
    }

    @ParameterizedTest
    @EnumSource(ContainerOrder.class)
    void whateverComesAndGoesNothingThatStaysIsLostOrRepeated(ContainerOrder order) {
        for (int round = 0; round < 30; round++) {
            here.clear();
            there.clear();
            for (int i = random.nextInt(40); i >= 0; i--) {
                come();
            }
            Set<String> stayed = ids();
            List<String> seen = new ArrayList<>();
            String cursor = null;
            do {
                ContainerPage page = page(order, 1 + random.nextInt(7), cursor);
                page.containers()
                        .forEach(located -> seen.add(located.container().id().value()));
                cursor = page.next();
                stayed.removeAll(gone());
                come();
            } while (cursor != null);

            assertThat(seen).doesNotHaveDuplicates().containsAll(stayed);
        }
    }

    @Test
    void theNewestComeFirstToTheNanosecond() {
        here.add(new ContainerBuilder("a").createdAt(BEGIN).build());
        there.add(new ContainerBuilder("b").createdAt(BEGIN.plusNanos(1)).build());
        here.add(new ContainerBuilder("c")
                .createdAt(BEGIN.plusSeconds(100_000_000))
                .build());

        assertThat(page(ContainerOrder.NEWEST_FIRST, 10, null).containers())
                .extracting(located -> located.container().id().value())
                .containsExactly("c", "b", "a");
        assertThat(page(ContainerOrder.OLDEST_FIRST, 10, null).containers())
                .extracting(located -> located.container().id().value())
                .containsExactly("a", "b", "c");
    }

    @Test
    void theLastPageIsNeverEmpty() {
        for (int i = 0; i < 4; i++) {
            come();
        }
        ContainerPage first = page(ContainerOrder.BY_NAME, 2, null);
        ContainerPage second = page(ContainerOrder.BY_NAME, 2, first.next());

        assertThat(first.containers()).hasSize(2);
        assertThat(second.containers()).hasSize(2);
        assertThat(second.next()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "!!!", "eHh4", "eHh4CmMKeHh4"})
    void refusesWhatIsNoCursor(String cursor) {
        StepVerifier.create(fleet.list(ContainerFilter.NONE, ContainerOrder.BY_NAME, 1, cursor))
                .verifyErrorMatches(failure -> failure instanceof EngineException.InvalidRequest refused
                        && refused.code().equals("INVALID_CURSOR"));
    }

    @Test
    void refusesACursorOfAnotherQuestion() {
        come();
        come();
        String cursor =
                Objects.requireNonNull(page(ContainerOrder.BY_NAME, 1, null).next());
        ContainerFilter other = new ContainerFilter(
                Set.of(), Set.of(), Set.of(ContainerStatus.RUNNING), List.of(), List.of(), null, null);

        StepVerifier.create(fleet.list(other, ContainerOrder.BY_NAME, 1, cursor))
                .verifyError(EngineException.InvalidRequest.class);
        StepVerifier.create(fleet.list(ContainerFilter.NONE, ContainerOrder.NEWEST_FIRST, 1, cursor))
                .verifyError(EngineException.InvalidRequest.class);
    }

    private void come() {
        made++;
        ContainerBuilder container = new ContainerBuilder("id" + made)
                .name("n" + random.nextInt(20))
                .status(STATUSES.get(made % STATUSES.size()))
                .createdAt(BEGIN.plusSeconds(random.nextInt(10)));
        (random.nextBoolean() ? here : there).add(container.build());
    }

    private Set<String> gone() {
        Set<String> gone = new HashSet<>();
        List<Container> side = random.nextBoolean() ? here : there;
        if (!side.isEmpty()) {
            gone.add(side.remove(random.nextInt(side.size())).id().value());
        }
        return gone;
    }

    private Set<String> ids() {
        Set<String> ids = new HashSet<>();
        here.forEach(container -> ids.add(container.id().value()));
        there.forEach(container -> ids.add(container.id().value()));
        return ids;
    }

    private ContainerPage page(ContainerOrder order, int limit, @Nullable String cursor) {
        return Objects.requireNonNull(
                fleet.list(ContainerFilter.NONE, order, limit, cursor).block(Duration.ofSeconds(5)));
    }
}
