package dev.roadstead.engine;

import static dev.roadstead.engine.ContractSubject.fails;
import static dev.roadstead.engine.ContractSubject.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerChanges;
import dev.roadstead.container.ContainerChanges.Limit;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.Resources;
import dev.roadstead.container.RestartPolicy;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A container is changed in place, as a whole or not at all. */
public interface UpdateContract extends ContractSubject {
    /** Limits that every engine with {@link Capability#RESOURCES} knows. */
    Resources LIMITS = new Resources(new BigDecimal("0.5"), 64L << 20, null, 100L, null);

    @Test
    default void limitsOfARunningContainerAreChangedAndTheOthersStay() {
        needs(Capability.UPDATE_RESOURCES, Capability.RESOURCES);
        ContainerId id = started(limited());

        Boolean changed = get(containers().update(id, setting(new Resources(null, 48L << 20, null, null, null))));

        Container after = get(containers().inspect(id));
        assertThat(changed).isTrue();
        assertThat(after.state().status().isAlive()).isTrue();
        Resources told = Objects.requireNonNull(after.resources());
        assertThat(told.memory()).isEqualTo(48L << 20);
        assertThat(told.cpus()).isEqualByComparingTo("0.5");
        assertThat(told.pids()).isEqualTo(100);
    }

    @Test
    default void aLimitIsRaisedFarAboveWhatItWas() {
        needs(Capability.UPDATE_RESOURCES, Capability.RESOURCES);
        ContainerId id = started(limited());

        get(containers().update(id, setting(new Resources(new BigDecimal("1"), 512L << 20, null, 1000L, null))));

        Resources told = resources(id);
        assertThat(told.memory()).isEqualTo(512L << 20);
        assertThat(told.cpus()).isEqualByComparingTo("1");
        assertThat(told.pids()).isEqualTo(1000);
    }

    @Test
    default void aContainerWithoutLimitsGetsSome() {
        needs(Capability.UPDATE_RESOURCES, Capability.RESOURCES);
        ContainerId id = made().container(idle());

        get(containers().update(id, setting(LIMITS)));

        Resources told = resources(id);
        assertThat(told.memory()).isEqualTo(64L << 20);
        assertThat(told.cpus()).isEqualByComparingTo("0.5");
        assertThat(told.pids()).isEqualTo(100);
    }

    @Test
    default void aLimitIsLiftedOrItIsToldThatItCannotBe() {
        needs(Capability.UPDATE_RESOURCES, Capability.RESOURCES);
        for (Limit limit : Set.of(Limit.CPUS, Limit.MEMORY, Limit.PIDS)) {
            ContainerId id = started(limited());
            Container before = get(containers().inspect(id));

            Mono<Boolean> lifted = containers()
                    .update(id, new ContainerChanges(null, null, Resources.NONE, Set.of(limit), null))
                    .flatMap(_ -> containers().inspect(id))
                    .map(after -> value(Objects.requireNonNull(after.resources()), limit) == null);
            Mono<Boolean> liftedOrRefused = lifted.onErrorResume(
                    EngineException.Unsupported.class,
                    refusal -> containers()
                            .inspect(id)
                            .map(after -> refusal.evidence().details().containsKey("field")
                                    && Objects.equals(after.resources(), before.resources())));

            assertThat(get(liftedOrRefused)).as(limit.name()).isTrue();
        }
    }

    @Test
    default void whatIsSoAlreadyIsNoChange() {
        needs(Capability.UPDATE_RESOURCES, Capability.RESOURCES);
        ContainerId id = made().container(limited());

        assertThat(get(containers().update(id, setting(LIMITS)))).isFalse();
        assertThat(get(containers().update(id, ContainerChanges.NONE))).isFalse();
    }

    @Test
    default void environmentIsMergedAndAVariableWithoutAValueGoes() {
        needs(Capability.UPDATE_ENV);
        ContainerId id = made().container(SpecBuilder.like(idle())
                .env(Map.of("KEEP", "1", "CHANGE", "1", "DROP", "1"))
                .build());

        Boolean changed = get(containers()
                .update(
                        id,
                        setting(Map.of(
                                "CHANGE", Optional.of("2"), "ADD", Optional.of("a=b"), "DROP", Optional.empty()))));

        assertThat(changed).isTrue();
        assertThat(get(containers().inspect(id)).env()).isEqualTo(Map.of("KEEP", "1", "CHANGE", "2", "ADD", "a=b"));
    }

    @Test
    default void labelsAreReplaced() {
        needs(Capability.UPDATE_LABELS, Capability.LABELS);
        ContainerId id = made().container(
                        SpecBuilder.like(idle()).labels(Map.of("old", "1")).build());
        Map<String, String> labels = new HashMap<>(made().labels());
        labels.put("new", "ü \"quoted\"");

        Boolean changed =
                get(containers().update(id, new ContainerChanges(null, labels, Resources.NONE, Set.of(), null)));

        assertThat(changed).isTrue();
        assertThat(get(containers().inspect(id)).labels())
                .containsAllEntriesOf(labels)
                .doesNotContainKey("old");
    }

    @Test
    default void theRestartPolicyIsChanged() {
        needs(Capability.UPDATE_RESTART_POLICY, Capability.RESTART_POLICY);
        ContainerId id = made().container(idle());

        get(containers().update(id, setting(new RestartPolicy(RestartPolicy.Name.ALWAYS, 0))));
        assertThat(get(containers().inspect(id)).restartPolicy())
                .isEqualTo(new RestartPolicy(RestartPolicy.Name.ALWAYS, 0));

        get(containers().update(id, setting(RestartPolicy.NO)));
        assertThat(get(containers().inspect(id)).restartPolicy()).isEqualTo(RestartPolicy.NO);
    }

    @Test
    default void whatCannotBeChangedInPlaceIsRefusedByNameAndNothingElseIsChanged() {
        Capabilities has = get(engine().describe()).capabilities();
        ContainerId id = made().container(limited(has));
        Container before = get(containers().inspect(id));

        refusable().forEach((capability, changes) -> {
            if (!has.has(capability)) {
                StepVerifier.create(containers().update(id, changes))
                        .expectErrorSatisfies(failure -> {
                            assertThat(failure).as(capability.word()).isInstanceOf(EngineException.Unsupported.class);
                            assertThat(((EngineException) failure).evidence().details())
                                    .containsEntry("capability", capability.word())
                                    .containsKey("field");
                        })
                        .verify(WAIT);
            }
        });

        assertThat(get(containers().inspect(id))).isEqualTo(before);
    }

    @Test
    default void changingAContainerThatIsNotThereIsNotFound() {
        Capabilities has = get(engine().describe()).capabilities();
        assumeTrue(refusable().keySet().stream().anyMatch(has::has), "the engine lacks all that changes a container");
        Map<Capability, ContainerChanges> possible = refusable();
        possible.keySet().removeIf(capability -> !has.has(capability));

        possible.forEach((_, changes) -> fails(
                containers().update(NOBODY, withoutResourcesUnlessPossible(changes, has)),
                EngineException.NotFound.class,
                "NO_SUCH_CONTAINER"));
    }

    private static ContainerChanges withoutResourcesUnlessPossible(ContainerChanges changes, Capabilities has) {
        return has.has(Capability.UPDATE_RESOURCES)
                ? changes
                : new ContainerChanges(
                        changes.env(), changes.labels(), Resources.NONE, Set.of(), changes.restartPolicy());
    }

    /** Each with a limit, which must not be changed when the rest is refused. */
    private static Map<Capability, ContainerChanges> refusable() {
        Resources limit = new Resources(null, 48L << 20, null, null, null);
        Map<Capability, ContainerChanges> changes = new EnumMap<>(Capability.class);
        changes.put(Capability.UPDATE_RESOURCES, new ContainerChanges(null, null, limit, Set.of(), null));
        changes.put(
                Capability.UPDATE_ENV,
                new ContainerChanges(Map.of("NEW", Optional.of("1")), null, limit, Set.of(), null));
        changes.put(Capability.UPDATE_LABELS, new ContainerChanges(null, Map.of("new", "1"), limit, Set.of(), null));
        changes.put(
                Capability.UPDATE_RESTART_POLICY,
                new ContainerChanges(null, null, limit, Set.of(), new RestartPolicy(RestartPolicy.Name.ALWAYS, 0)));
        return changes;
    }

    private ContainerSpec limited() {
        return SpecBuilder.like(idle()).resources(LIMITS).build();
    }

    private ContainerSpec limited(Capabilities has) {
        return has.has(Capability.RESOURCES) ? limited() : idle();
    }

    private Resources resources(ContainerId id) {
        return Objects.requireNonNull(get(containers().inspect(id)).resources());
    }

    private static @Nullable Object value(Resources resources, Limit limit) {
        return switch (limit) {
            case CPUS -> resources.cpus();
            case MEMORY -> resources.memory();
            case MEMORY_SWAP -> resources.memorySwap();
            case PIDS -> resources.pids();
            case CPU_WEIGHT -> resources.cpuWeight();
        };
    }

    private static ContainerChanges setting(Resources resources) {
        return new ContainerChanges(null, null, resources, Set.of(), null);
    }

    private static ContainerChanges setting(Map<String, Optional<String>> env) {
        return new ContainerChanges(env, null, Resources.NONE, Set.of(), null);
    }

    private static ContainerChanges setting(RestartPolicy policy) {
        return new ContainerChanges(null, null, Resources.NONE, Set.of(), policy);
    }
}
