package dev.roadstead.engine;

import static dev.roadstead.engine.ContractSubject.fails;
import static dev.roadstead.engine.ContractSubject.get;
import static dev.roadstead.engine.ContractSubject.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.Signal;
import dev.roadstead.container.WaitCondition;
import dev.roadstead.pod.Pod;
import dev.roadstead.pod.PodSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Containers of a pod live and are driven together. */
public interface PodsContract extends ContractSubject {
    /** A name that no pod has. */
    String NO_POD = "roadstead-test-none";

    @Test
    default void aNewPodIsListedAndDescribed() {
        needs(Capability.PODS);

        Pod pod = made().pod();

        assertThat(pod.status()).isEqualTo("created");
        assertThat(pod.nativeStatus()).isNotBlank();
        assertThat(pod.containers()).isEmpty();
        assertThat(pod.labels()).containsAllEntriesOf(made().labels());
        assertThat(get(pods().inspect(pod.name())).id()).isEqualTo(pod.id());
        assertThat(get(pods().inspect(pod.id())).name()).isEqualTo(pod.name());
        assertThat(get(pods().list())).extracting(Pod::name).contains(pod.name());
    }

    @Test
    default void aPodWithoutANameGetsOne() {
        needs(Capability.PODS);

        Pod pod = get(pods().create(new PodSpec(null, made().labels(), null, List.of(), List.of())));
        made().alsoPod(pod.name());

        assertThat(pod.name()).isNotBlank();
    }

    @Test
    default void aTakenPodNameIsRefused() {
        needs(Capability.PODS);
        Pod pod = made().pod();

        fails(
                pods().create(new PodSpec(pod.name(), Map.of(), null, List.of(), List.of())),
                EngineException.AlreadyExists.class,
                "NAME_IN_USE");
    }

    @Test
    default void aContainerJoinsAPodWhenItIsMade() {
        needs(Capability.PODS);
        Pod pod = made().pod();

        ContainerId member = member(pod);

        assertThat(get(pods().inspect(pod.name())).containers()).singleElement().satisfies(seen -> {
            assertThat(seen.id()).isEqualTo(member.value());
            assertThat(seen.name()).isEqualTo(get(containers().inspect(member)).name());
            assertThat(seen.status()).isEqualTo("created");
        });
    }

    @Test
    default void aContainerDoesNotJoinAPodThatIsNotThere() {
        needs(Capability.PODS);

        fails(
                containers()
                        .create(made().marked(
                                        SpecBuilder.like(idle()).pod(NO_POD).build())),
                EngineException.NotFound.class,
                "NO_SUCH_POD");
        assertThat(get(containers().list(made().labels()))).isEmpty();
    }

    @Test
    default void aPodIsStartedAndStoppedAsAWhole() {
        needs(Capability.PODS);
        Pod pod = made().pod();
        ContainerId one = member(pod);
        ContainerId two = member(pod);

        assertThat(get(pods().start(pod.name()))).isTrue();
        assertThat(List.of(status(one), status(two))).containsOnly(ContainerStatus.RUNNING);
        assertThat(get(pods().inspect(pod.name())).status()).isEqualTo("running");
        assertThat(get(pods().start(pod.name()))).isFalse();

        assertThat(get(pods().stop(pod.name(), Duration.ofSeconds(10)))).isTrue();
        assertThat(List.of(status(one), status(two))).containsOnly(ContainerStatus.STOPPED);
        assertThat(get(pods().inspect(pod.name())).status()).isEqualTo("stopped");
        assertThat(get(pods().stop(pod.name(), Duration.ofSeconds(10)))).isFalse();
    }

    @Test
    default void aPodWhoseContainersPartlyRunIsDegraded() {
        needs(Capability.PODS);
        Pod pod = made().pod();
        ContainerId one = member(pod);
        ContainerId two = member(pod);
        get(pods().start(pod.name()));

        get(containers().stop(one, Duration.ofSeconds(10)));

        assertThat(get(pods().inspect(pod.name())).status()).isEqualTo("degraded");
        assertThat(status(two)).isEqualTo(ContainerStatus.RUNNING);
        assertThat(get(pods().start(pod.name()))).isTrue();
        assertThat(status(one)).isEqualTo(ContainerStatus.RUNNING);
    }

    @Test
    default void aPodIsRestarted() {
        needs(Capability.PODS);
        Pod pod = made().pod();
        ContainerId member = member(pod);
        get(pods().start(pod.name()));
        var startedAt = get(containers().state(member)).startedAt();

        assertThat(get(pods().restart(pod.name()))).isTrue();

        assertThat(status(member)).isEqualTo(ContainerStatus.RUNNING);
        assertThat(get(containers().state(member)).startedAt()).isNotEqualTo(startedAt);
    }

    @Test
    default void aPodIsPausedAndResumed() {
        needs(Capability.PODS, Capability.PAUSE);
        Pod pod = made().pod();
        ContainerId member = member(pod);
        get(pods().start(pod.name()));

        assertThat(get(pods().pause(pod.name()))).isTrue();
        assertThat(status(member)).isEqualTo(ContainerStatus.PAUSED);
        assertThat(get(pods().inspect(pod.name())).status()).isEqualTo("paused");
        assertThat(get(pods().pause(pod.name()))).isFalse();

        assertThat(get(pods().unpause(pod.name()))).isTrue();
        assertThat(status(member)).isEqualTo(ContainerStatus.RUNNING);
        assertThat(get(pods().unpause(pod.name()))).isFalse();
    }

    @Test
    default void aSignalReachesAllContainersOfAPod() {
        needs(Capability.PODS);
        Pod pod = made().pod();
        ContainerId member = member(pod);
        get(pods().start(pod.name()));

        assertThat(get(pods().kill(pod.name(), Signal.KILL))).isTrue();

        get(containers().await(member, WaitCondition.NOT_RUNNING));
        assertThat(status(member)).isEqualTo(ContainerStatus.STOPPED);
        fails(pods().kill(pod.name(), Signal.KILL), EngineException.WrongState.class);
    }

    @Test
    default void aRunningPodIsRemovedOnlyByForceAndWithItsContainers() {
        needs(Capability.PODS);
        Pod pod = made().pod();
        ContainerId member = member(pod);
        get(pods().start(pod.name()));

        fails(pods().remove(pod.name(), false), EngineException.WrongState.class, "POD_RUNNING");
        assertThat(status(member)).isEqualTo(ContainerStatus.RUNNING);

        run(pods().remove(pod.name(), true));
        fails(pods().inspect(pod.name()), EngineException.NotFound.class, "NO_SUCH_POD");
        fails(containers().inspect(member), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
    }

    @Test
    default void aPodThatDoesNotRunIsRemovedWithItsContainers() {
        needs(Capability.PODS);
        Pod pod = made().pod();
        ContainerId member = member(pod);

        run(pods().remove(pod.name(), false));

        fails(pods().inspect(pod.name()), EngineException.NotFound.class, "NO_SUCH_POD");
        fails(containers().inspect(member), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
    }

    @Test
    default void aPodThatIsNotThereIsNotFound() {
        needs(Capability.PODS);

        fails(pods().inspect(NO_POD), EngineException.NotFound.class, "NO_SUCH_POD");
        fails(pods().start(NO_POD), EngineException.NotFound.class, "NO_SUCH_POD");
        fails(pods().stop(NO_POD, null), EngineException.NotFound.class, "NO_SUCH_POD");
        fails(pods().restart(NO_POD), EngineException.NotFound.class, "NO_SUCH_POD");
        fails(pods().kill(NO_POD, Signal.KILL), EngineException.NotFound.class, "NO_SUCH_POD");
        fails(pods().pause(NO_POD), EngineException.NotFound.class, "NO_SUCH_POD");
        fails(pods().unpause(NO_POD), EngineException.NotFound.class, "NO_SUCH_POD");
        fails(pods().remove(NO_POD, true), EngineException.NotFound.class, "NO_SUCH_POD");
    }

    private PodOperations pods() {
        return engine().pods();
    }

    private ContainerId member(Pod pod) {
        return made().container(SpecBuilder.like(idle()).pod(pod.name()).build());
    }
}
