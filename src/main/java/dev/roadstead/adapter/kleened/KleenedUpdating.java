package dev.roadstead.adapter.kleened;

import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerChanges;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerName;
import dev.roadstead.container.Resources;
import dev.roadstead.container.RestartPolicy;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineRequest;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Changes containers in place. The daemon's update sets what is left out back to its defaults: all that shall stay is sent as null. One
 * change of a container at a time.
 */
final class KleenedUpdating {
    /** What an update overwrites unless it is told to keep it. */
    private static final List<String> KEPT =
            List.of("name", "cmd", "user", "env", "mounts", "jail_param", "restart_policy", "persist", "public_ports");

    private final KleenedSession session;
    private final KleenedInventory inventory;
    private final KleenedWatch watch;
    private final Turns turns;
    private final KleenedCreateBody body;

    KleenedUpdating(KleenedSession session, KleenedInventory inventory, KleenedWatch watch, Turns turns) {
        this.session = session;
        this.inventory = inventory;
        this.watch = watch;
        this.turns = turns;
        this.body = new KleenedCreateBody(session);
    }

    Mono<Boolean> update(ContainerId id, ContainerChanges changes) {
        return Mono.defer(() -> {
            check(changes);
            return turns.of(
                    id.value(),
                    inventory
                            .container(id)
                            .flatMap(known -> inventory.wire(id).flatMap(wire -> change(id, wire, known, changes))));
        });
    }

    private Mono<Boolean> change(
            ContainerId id, KleenedWire.Container wire, Container known, ContainerChanges changes) {
        Map<String, Object> wanted = new LinkedHashMap<>();
        List<String> before = wire.env() == null ? List.of() : wire.env();
        List<String> env = env(before, known, changes);
        if (!OwnEntries.variables(env).equals(OwnEntries.variables(before))) {
            wanted.put("env", env);
        }
        if (changes.changesResources()) {
            Resources limits = Rctl.read(wire.jailParam());
            Resources changed = Rctl.changed(limits, changes.resources(), changes.lifted());
            if (!same(limits, changed)) {
                wanted.put("jail_param", Rctl.replaced(wire.jailParam(), id.value(), changed));
            }
        }
        return wanted.isEmpty()
                ? Mono.just(false)
                : send(id, wanted)
                        .doOnSuccess(_ -> watch.updated(id.value(), OwnEntries.labels(session.json(), env)))
                        .thenReturn(true);
    }

    /** The same but for how a number is written. */
    private static boolean same(Resources one, Resources other) {
        return Objects.equals(one.memory(), other.memory())
                && Objects.equals(one.pids(), other.pids())
                && Objects.equals(plain(one.cpus()), plain(other.cpus()));
    }

    private static @Nullable String plain(@Nullable BigDecimal number) {
        return number == null ? null : number.stripTrailingZeros().toPlainString();
    }

    private List<String> env(List<String> before, Container known, ContainerChanges changes) {
        Map<String, String> variables = OwnEntries.variables(before);
        if (changes.env() != null) {
            Map<String, String> own = known.env() == null ? Map.of() : known.env();
            changes.env()
                    .forEach((name, value) -> value.ifPresentOrElse(set -> variables.put(name, set), () -> {
                        // What comes from the image stays, as it does on engines that keep the two apart.
                        if (own.containsKey(name)) {
                            variables.remove(name);
                        }
                    }));
        }
        if (changes.labels() == null) {
            return written(variables);
        }
        int words = OwnEntries.entrypoint(before);
        variables.keySet().removeAll(OwnEntries.NAMES);
        List<String> env = written(variables);
        try {
            env.addAll(OwnEntries.of(session.json(), changes.labels(), words));
        } catch (IllegalArgumentException tooLarge) {
            throw body.tooLarge(tooLarge);
        }
        return env;
    }

    private static List<String> written(Map<String, String> variables) {
        List<String> env = new ArrayList<>();
        variables.forEach((name, value) -> env.add(name + '=' + value));
        return env;
    }

    private void check(ContainerChanges changes) {
        KleenedErrors errors = session.errors();
        RestartPolicy policy = changes.restartPolicy();
        errors.refuse(
                policy != null && policy.name() != RestartPolicy.Name.NO,
                Capability.UPDATE_RESTART_POLICY,
                "restart_policy",
                KleenedCapabilities.NO_RESTART_POLICY);
        errors.refuse(
                changes.resources().cpuWeight() != null || changes.lifted().contains(ContainerChanges.Limit.CPU_WEIGHT),
                Capability.CPU_WEIGHT,
                "resources.cpu_weight",
                KleenedCapabilities.NO_CPU_WEIGHT);
        errors.refuse(
                changes.changesResources() && !session.settings().kleened().rctlHooks(),
                Capability.UPDATE_RESOURCES,
                "resources",
                KleenedCapabilities.NO_LIMITS);
        errors.refuse(
                changes.resources().memorySwap() != null
                        || changes.lifted().contains(ContainerChanges.Limit.MEMORY_SWAP),
                Capability.UPDATE_RESOURCES,
                "resources.memory_swap",
                KleenedCapabilities.NO_SWAP);
        if (changes.env() != null) {
            changes.env().forEach((name, value) -> body.checkVariable(name, value.orElse("")));
        }
    }

    /** Sets limits of a container that has just been made. */
    Mono<Void> limit(ContainerId id, Resources limits) {
        return inventory
                .wire(id)
                .flatMap(wire -> send(id, Map.of("jail_param", Rctl.replaced(wire.jailParam(), id.value(), limits))));
    }

    /** Gives it another name; whoever calls has looked that it is free. */
    Mono<Void> name(ContainerId id, ContainerName name) {
        return send(id, Map.of("name", name.value())).doOnSuccess(_ -> watch.renamed(id.value(), name.value()));
    }

    private Mono<Void> send(ContainerId id, Map<String, Object> wanted) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        KEPT.forEach(key -> all.put(key, null));
        all.putAll(wanted);
        return session.readId(
                        KleenedCall.UPDATE,
                        KleenedInventory.subject(id),
                        EngineRequest.post(KleenedTarget.of("containers", id.value(), "update")
                                        .toString())
                                .json(session.bytes(all)))
                .flatMap(changed -> changed.equals(id.value())
                        ? Mono.<Void>empty()
                        : Mono.error(new EngineException.Failed(
                                "ENGINE_NONSENSE",
                                "%s was changed instead of %s".formatted(changed, id),
                                session.errors().evidence(),
                                null)));
    }
}
