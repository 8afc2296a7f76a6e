package dev.roadstead.workload;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.Cuid;
import dev.roadstead.container.Labels;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import dev.roadstead.engine.EngineRegistry;
import dev.roadstead.fleet.Fleet;
import dev.roadstead.fleet.Gathered;
import dev.roadstead.fleet.Located;
import dev.roadstead.fleet.Tags;
import dev.roadstead.image.ImageReference;
import dev.roadstead.image.PullSpec;
import dev.roadstead.workload.CreateCommand.Idempotency;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Creates containers: chooses the engine, pulls the image if need be, starts if asked, undoes what it made if that fails. What has
 * begun is finished even if the caller leaves: half a create would leave a container that nobody knows of.
 */
public final class ContainerCreation {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerCreation.class);

    /**
     * A container that was asked for.
     *
     * @param created false: an earlier command with the same key had made it
     */
    public record Outcome(Located located, boolean created) {}

    /** How long engines are waited for that can only know of another use of a key. */
    private static final Duration ELSEWHERE = Duration.ofSeconds(1);

    private record InFlight(String request, Mono<Outcome> outcome) {}

    private final EngineRegistry registry;
    private final Fleet fleet;
    private final RegistryCredentials credentials;
    private final Map<String, InFlight> inFlight = new ConcurrentHashMap<>();

    /** Keys whose command ended well: spares asking every engine, and tells of a mismatch even if the engine is away. */
    private final Cache<String, String> requestsByKey = Caffeine.newBuilder()
            .maximumSize(10_000)
            .expireAfterWrite(Duration.ofHours(1))
            .build();

    public ContainerCreation(EngineRegistry registry, Fleet fleet, RegistryCredentials credentials) {
        this.registry = registry;
        this.fleet = fleet;
        this.credentials = credentials;
    }

    /**
     * Creates the container, or finds the one that the same command has created. What has begun goes on although the subscriber leaves.
     *
     * @return fails as {@link dev.roadstead.engine.ContainerOperations#create} and pulling do; Conflict ({@code IDEMPOTENCY_MISMATCH}) if
     *     the key was used for another request
     */
    public Mono<Outcome> create(CreateCommand command) {
        return Mono.defer(() -> attempt(command).cache());
    }

    /** The same, but given up when the last subscriber leaves: what was made is removed again. */
    public Mono<Outcome> attempt(CreateCommand command) {
        Idempotency idempotency = command.idempotency();
        if (idempotency == null) {
            return createNew(command).map(located -> new Outcome(located, true));
        }
        return Mono.defer(() -> {
            InFlight mine = inFlight.computeIfAbsent(
                    idempotency.key(),
                    key -> new InFlight(
                            idempotency.request(),
                            createOnce(command, idempotency)
                                    // Before the outcome is told: whoever knows it and asks again starts afresh.
                                    .doOnTerminate(() -> inFlight.remove(key))
                                    .doOnCancel(() -> inFlight.remove(key))
                                    .share()));
            return mine.request().equals(idempotency.request()) ? mine.outcome() : Mono.error(mismatch());
        });
    }

    private Mono<Outcome> createOnce(CreateCommand command, Idempotency idempotency) {
        return Mono.defer(() -> {
            String earlier = requestsByKey.getIfPresent(idempotency.key());
            if (earlier != null && !earlier.equals(idempotency.request())) {
                return Mono.error(mismatch());
            }
            return earlierContainer(command, idempotency)
                    .flatMap(found -> adopt(found, command))
                    .switchIfEmpty(Mono.defer(() -> createNew(command).map(located -> new Outcome(located, true))))
                    .doOnNext(outcome -> requestsByKey.put(idempotency.key(), idempotency.request()));
        });
    }

    private Mono<Located> earlierContainer(CreateCommand command, Idempotency idempotency) {
        return whoMayHaveIt(command, idempotency).flatMap(gathered -> {
            Optional<Located> found = gathered.parts().stream()
                    .flatMap(part -> part.value().stream().map(container -> new Earlier(part.engine(), container)))
                    .findFirst()
                    .map(earlier -> new Located(
                            earlier.engine(), earlier.container(), cuidOf(earlier.engine(), earlier.container())));
            if (found.isPresent()) {
                String request = found.get().container().labels().get(Labels.REQUEST_HASH);
                return idempotency.request().equals(request) ? Mono.just(found.get()) : Mono.<Located>error(mismatch());
            }
            return gathered.warnings().stream()
                    .findFirst()
                    .map(warning -> Mono.<Located>error(warning.failure()))
                    .orElseGet(Mono::empty);
        });
    }

    /**
     * Asks the engines where the command may have made the container: if one of them is silent, creating it again might make a second
     * one, so its warning stays. The others can only know of another use of the key: they are asked too, but not waited for.
     */
    private Mono<Gathered<List<Container>>> whoMayHaveIt(CreateCommand command, Idempotency idempotency) {
        String target =
                command.engine() != null ? command.engine() : command.placement() == null ? defaultEngineName() : null;
        Map<Boolean, List<Engine>> byRole = fleet.engines().stream()
                .collect(Collectors.partitioningBy(
                        engine -> target == null || engine.name().value().equals(target)));
        Function<Engine, Mono<List<Container>>> question =
                engine -> engine.containers().list(Map.of(Labels.IDEMPOTENCY_KEY, idempotency.key()));
        Gathered<List<Container>> nothing = new Gathered<>(List.of(), List.of());
        Mono<Gathered<List<Container>>> elsewhere =
                fleet.gather(byRole.getOrDefault(false, List.of()), question).timeout(ELSEWHERE, Mono.just(nothing));
        return fleet.gather(byRole.getOrDefault(true, List.of()), question).zipWith(elsewhere, (here, others) -> {
            List<Gathered.Part<List<Container>>> parts = new ArrayList<>(here.parts());
            parts.addAll(others.parts());
            return new Gathered<>(parts, here.warnings());
        });
    }

    private record Earlier(Engine engine, Container container) {}

    private static Cuid cuidOf(Engine engine, Container container) {
        String label = container.labels().get(Labels.CUID);
        return label != null && Cuid.isCuid(label)
                ? new Cuid(label)
                : Cuid.derived(engine.name().value(), container.id().value());
    }

    /** An earlier command may have been cut off between create and start: finish it. */
    private Mono<Outcome> adopt(Located found, CreateCommand command) {
        Mono<Boolean> started = command.start() && found.container().state().status() == ContainerStatus.CREATED
                ? found.engine().containers().start(found.container().id())
                : Mono.just(false);
        return started.then(
                        found.engine().containers().inspect(found.container().id()))
                .map(container -> new Outcome(new Located(found.engine(), container, found.cuid()), false))
                .doOnNext(outcome -> fleet.remember(outcome.located()));
    }

    private Mono<Located> createNew(CreateCommand command) {
        return engineFor(command).flatMap(engine -> {
            Cuid cuid = Cuid.random();
            ContainerSpec spec = command.spec().labelled(labels(command, cuid));
            return Mono.usingWhen(
                            createOn(engine, spec, command),
                            id -> (command.start() ? engine.containers().start(id) : Mono.just(false))
                                    .then(Mono.defer(() -> engine.containers().inspect(id))),
                            id -> Mono.empty(),
                            (id, failure) -> undo(engine, id, failure),
                            id -> undo(engine, id, null))
                    .map(container -> new Located(engine, container, cuid))
                    .doOnNext(fleet::remember);
        });
    }

    private static Map<String, String> labels(CreateCommand command, Cuid cuid) {
        Map<String, String> labels = new LinkedHashMap<>(command.spec().labels());
        labels.put(Labels.CUID, cuid.value());
        if (!command.tags().isEmpty()) {
            labels.put(Labels.TAGS, Tags.join(command.tags()));
        }
        if (command.idempotency() != null) {
            labels.put(Labels.IDEMPOTENCY_KEY, command.idempotency().key());
            labels.put(Labels.REQUEST_HASH, command.idempotency().request());
        }
        return labels;
    }

    private Mono<ContainerId> createOn(Engine engine, ContainerSpec spec, CreateCommand command) {
        Mono<ContainerId> create = engine.containers().create(spec);
        return switch (command.pull()) {
            case NEVER -> create;
            case ALWAYS -> pull(engine, command).then(create);
            case MISSING ->
                create.onErrorResume(
                        failure -> failure instanceof EngineException.NotFound missing
                                && missing.code().equals("NO_SUCH_IMAGE"),
                        absent -> pull(engine, command)
                                // Where nothing can be pulled the image is still what is missing.
                                .onErrorMap(failure -> failure instanceof EngineException.Unsupported, _ -> absent)
                                .then(create));
        };
    }

    private Mono<Void> pull(Engine engine, CreateCommand command) {
        return Mono.defer(() -> {
            ImageReference reference = reference(command.spec().image());
            return engine.images()
                    .pull(new PullSpec(reference, null, credentials.choose(reference, command.registryAuth())))
                    .then();
        });
    }

    // An id names what is here; no registry can be asked for it.
    private static ImageReference reference(String image) {
        try {
            return ImageReference.parse(image);
        } catch (IllegalArgumentException notAReference) {
            throw new EngineException.NotFound(
                    "NO_SUCH_IMAGE", "no image %s, and nothing that could be pulled".formatted(image), Evidence.NONE);
        }
    }

    private static Mono<Void> undo(Engine engine, ContainerId id, @Nullable Throwable failure) {
        return engine.containers()
                .remove(id, true, true)
                .onErrorResume(EngineException.NotFound.class, gone -> Mono.empty())
                .onErrorResume(left -> {
                    LOG.warn("container {} on {} was given up and could not be removed", id, engine.name(), left);
                    if (failure != null) {
                        failure.addSuppressed(left);
                    }
                    return Mono.empty();
                });
    }

    private Mono<Engine> engineFor(CreateCommand command) {
        return Mono.defer(() -> {
            if (command.engine() != null) {
                return Mono.just(registry.get(command.engine()));
            }
            Placement placement = command.placement();
            if (placement != null) {
                return place(placement);
            }
            return Mono.justOrEmpty(registry.defaultEngine())
                    .switchIfEmpty(Mono.error(() -> new EngineException.InvalidRequest(
                            "MISSING_ENGINE",
                            "engine is required: there are several and none is the default",
                            Evidence.NONE.with("field", "engine"))));
        });
    }

    private Mono<Engine> place(Placement placement) {
        List<Engine> candidates = registry.all().stream()
                .filter(engine -> placement.engines().isEmpty()
                        || placement.engines().contains(engine.name().value()))
                .filter(engine ->
                        placement.kinds().isEmpty() || placement.kinds().contains(engine.kind()))
                .toList();
        return fleet.gather(candidates, engine -> engine.containers().list(Map.of()))
                .flatMap(gathered -> gathered.parts().stream()
                        .min(Comparator.comparingInt(part -> part.value().size()))
                        .map(part -> Mono.just(part.engine()))
                        .orElseGet(() -> Mono.error(nowhere(gathered))));
    }

    private static EngineException nowhere(Gathered<?> gathered) {
        return gathered.warnings().isEmpty()
                ? new EngineException.InvalidRequest(
                        "NO_PLACE", "placement: no engine fits", Evidence.NONE.with("field", "placement"))
                : new EngineException.Unavailable(
                        "no engine that fits the placement answered",
                        Evidence.NONE,
                        gathered.warnings().getFirst().failure());
    }

    private @Nullable String defaultEngineName() {
        Engine engine = registry.defaultEngine();
        return engine == null ? null : engine.name().value();
    }

    private static EngineException mismatch() {
        return new EngineException.Conflict(
                "IDEMPOTENCY_MISMATCH", "this Idempotency-Key was used for another request", Evidence.NONE);
    }
}
