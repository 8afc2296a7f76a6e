package dev.roadstead.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.Cuid;
import dev.roadstead.container.Labels;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import dev.roadstead.engine.EngineRegistry;
import dev.roadstead.testing.ContainerBuilder;
import dev.roadstead.testing.ScriptedEngine;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Many engines as one, also when some of them fail. */
class FleetTest {
    private static final Cuid CUID = new Cuid("c0b7e9a52-6f0e-4a5f-8f43-3f6a2c1d9e10");

    private final ScriptedEngine one = new ScriptedEngine("one");
    private final ScriptedEngine two = new ScriptedEngine("two").patient(Duration.ofSeconds(3));
    private final Fleet fleet = new Fleet(new EngineRegistry(List.of(one, two), null));

    @Test
    void anEngineThatFailsCostsAWarningAndNotTheAnswer() {
        has(one, container("a"));
        unreachable(two);

        StepVerifier.create(fleet.list(ContainerFilter.NONE, ContainerOrder.BY_NAME, 10, null))
                .assertNext(page -> {
                    assertThat(page.containers()).hasSize(1);
                    assertThat(page.warnings()).singleElement().satisfies(warning -> {
                        assertThat(warning.engine()).isEqualTo(two.name());
                        assertThat(warning.failure()).isInstanceOf(EngineException.Unavailable.class);
                    });
                })
                .verifyComplete();
    }

    @Test
    void anEngineThatNeverAnswersCostsItsPatienceAndNoMore() {
        has(one, container("a"));
        when(two.containers().list(any())).thenReturn(Mono.never());

        StepVerifier.withVirtualTime(() -> fleet.list(ContainerFilter.NONE, ContainerOrder.BY_NAME, 10, null))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(2_999))
                .thenAwait(Duration.ofMillis(1))
                .assertNext(page -> {
                    assertThat(page.containers()).hasSize(1);
                    assertThat(page.warnings())
                            .singleElement()
                            .satisfies(warning ->
                                    assertThat(warning.failure()).isInstanceOf(EngineException.TimedOut.class));
                })
                .verifyComplete();
    }

    @Test
    void anEngineThatAFilterLeavesOutIsNotAsked() {
        has(one, container("a"));
        ContainerFilter onlyOne =
                new ContainerFilter(Set.of("one"), Set.of(), Set.of(), List.of(), List.of(), null, null);

        StepVerifier.create(fleet.list(onlyOne, ContainerOrder.BY_NAME, 10, null))
                .assertNext(page -> assertThat(page.warnings()).isEmpty())
                .verifyComplete();
        verify(two.containers(), never()).list(any());
    }

    @Test
    void theCopyOfAContainerGetsAnIdOfItsOwn() {
        Container original = managed("original").createdAt(Instant.EPOCH).build();
        Container copy = managed("copy").createdAt(Instant.EPOCH.plusSeconds(1)).build();
        List<Located> located = Identities.assign(one, List.of(copy, original));

        assertThat(located).extracting(Located::cuid).containsExactly(Cuid.derived("one", "copy"), CUID);
    }

    @Test
    void ofTwoAsOldAsEachOtherAlwaysTheSameOneKeepsTheLabel() {
        Container first = managed("first").createdAt(Instant.EPOCH).build();
        Container second = managed("second").createdAt(Instant.EPOCH).build();

        for (List<Container> told : List.of(List.of(first, second), List.of(second, first))) {
            assertThat(Identities.assign(one, told))
                    .filteredOn(located -> located.cuid().equals(CUID))
                    .extracting(located -> located.container().id().value())
                    .containsExactly("first");
        }
    }

    @Test
    void theOperatorIsToldOnceOfAContainerThatBearsAnothersLabel() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(Fleet.class);
        logger.addAppender(log);
        has(
                one,
                managed("original").createdAt(Instant.EPOCH).build(),
                managed("copy").createdAt(Instant.EPOCH.plusSeconds(1)).build());
        has(two);
        try {
            locates(CUID.value(), "original");
            fleet.list(ContainerFilter.NONE, ContainerOrder.BY_NAME, 10, null).block();
            fleet.list(ContainerFilter.NONE, ContainerOrder.BY_NAME, 10, null).block();
        } finally {
            logger.detachAppender(log);
        }

        assertThat(log.list)
                .singleElement()
                .satisfies(told -> assertThat(told.getFormattedMessage())
                        .contains(
                                "engine one",
                                "container copy",
                                CUID.value(),
                                Cuid.derived("one", "copy").value()));
    }

    @Test
    void aLabelOfADerivedFormIsNotBelieved() {
        Container forged = new ContainerBuilder("x")
                .label(Labels.CUID, Cuid.derived("one", "other").value())
                .build();

        assertThat(Identities.assign(one, List.of(forged)))
                .extracting(Located::cuid)
                .containsExactly(Cuid.derived("one", "x"));
    }

    @Test
    void aManagedContainerIsFoundByItsLabelAndThenByOneCall() {
        has(one);
        has(two, managed("m").build());

        locates(CUID.value(), "m");
        locates(CUID.value(), "m");

        verify(one.containers(), times(1)).list(any());
        verify(two.containers(), times(2)).inspect(new ContainerId("m"));
    }

    @Test
    void aForeignContainerIsFoundByItsDerivedId() {
        has(one, container("f"));
        has(two);

        locates(Cuid.derived("one", "f").value(), "f");
    }

    @Test
    void aRememberedPlaceIsNotBelievedWhenTheContainerHasMoved() {
        has(one, managed("m").build());
        has(two);
        locates(CUID.value(), "m");

        has(one);
        when(one.containers().inspect(new ContainerId("m"))).thenReturn(Mono.error(gone()));
        has(two, managed("n").build());
        locates(CUID.value(), "n");
    }

    @Test
    void aRememberedPlaceIsNotBelievedWhenAnotherContainerIsThere() {
        has(one, managed("m").build());
        has(two);
        locates(CUID.value(), "m");

        when(one.containers().inspect(new ContainerId("m"))).thenReturn(Mono.just(container("m")));
        doReturn(Mono.just(List.of())).when(one.containers()).list(any());
        StepVerifier.create(fleet.locate(CUID.value())).verifyError(EngineException.NotFound.class);
    }

    @Test
    void oneThatIsNowhereIsNotFound() {
        has(one);
        has(two);

        StepVerifier.create(fleet.locate(CUID.value()))
                .verifyErrorMatches(failure -> failure instanceof EngineException.NotFound missing
                        && missing.code().equals("NO_SUCH_CONTAINER"));
    }

    @Test
    void oneThatMayBeOnASilentEngineIsNotSaidToBeGone() {
        has(one);
        unreachable(two);

        StepVerifier.create(fleet.locate(CUID.value()))
                .verifyErrorMatches(failure -> failure instanceof EngineException.Unavailable silent
                        && List.of("two").equals(silent.evidence().details().get("unreachable")));
    }

    @Test
    void oneThatWasFoundIsFoundAlthoughAnotherEngineIsSilent() {
        has(one, managed("m").build());
        unreachable(two);

        locates(CUID.value(), "m");
    }

    @Test
    void anAddressAtAnEngineAsksThatEngineOnly() {
        when(one.containers().find("web")).thenReturn(Mono.just(container("w")));

        StepVerifier.create(fleet.locate("one:web"))
                .assertNext(located -> assertThat(located.cuid()).isEqualTo(Cuid.derived("one", "w")))
                .verifyComplete();
        verify(two.containers(), never()).find(any());
        verify(two.containers(), never()).list(any());
    }

    @Test
    void anAmbiguousAddressIsTheEnginesToTell() {
        when(one.containers().find("4f1b"))
                .thenReturn(Mono.error(new EngineException.Conflict(
                        "AMBIGUOUS_ADDRESS", "two", Evidence.NONE.with("candidates", List.of("4f1ba", "4f1bb")))));

        StepVerifier.create(fleet.locate("one:4f1b"))
                .verifyErrorMatches(failure -> failure instanceof EngineException.Conflict several
                        && several.code().equals("AMBIGUOUS_ADDRESS"));
    }

    @Test
    void whatIsNoAddressIsNotFound() {
        for (String address : List.of("web", ":web", "one:", "")) {
            StepVerifier.create(fleet.locate(address)).verifyError(EngineException.NotFound.class);
        }
        StepVerifier.create(fleet.locate("three:web"))
                .verifyErrorMatches(failure -> failure instanceof EngineException.NotFound missing
                        && missing.code().equals("NO_SUCH_ENGINE"));
    }

    private void locates(String address, String id) {
        StepVerifier.create(fleet.locate(address))
                .assertNext(
                        located -> assertThat(located.container().id().value()).isEqualTo(id))
                .verifyComplete();
    }

    private static void has(ScriptedEngine engine, Container... containers) {
        // Not when(…): that would ask what an earlier stubbing answers.
        doAnswer(call -> {
                    Map<String, String> labels = call.getArgument(0);
                    return Mono.just(Arrays.stream(containers)
                            .filter(container -> container.labels().entrySet().containsAll(labels.entrySet()))
                            .toList());
                })
                .when(engine.containers())
                .list(any());
        for (Container container : containers) {
            doReturn(Mono.just(container)).when(engine.containers()).inspect(container.id());
        }
    }

    private static void unreachable(ScriptedEngine engine) {
        when(engine.containers().list(any()))
                .thenReturn(Mono.error(new EngineException.Unavailable("away", Evidence.NONE, null)));
    }

    private static EngineException gone() {
        return new EngineException.NotFound("NO_SUCH_CONTAINER", "gone", Evidence.NONE);
    }

    private static Container container(String id) {
        return new ContainerBuilder(id).build();
    }

    private static ContainerBuilder managed(String id) {
        return new ContainerBuilder(id).label(Labels.CUID, CUID.value());
    }
}
