package dev.roadstead.fleet;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.roadstead.audit.AuditTrail;
import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerName;
import dev.roadstead.container.Cuid;
import dev.roadstead.container.Labels;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import dev.roadstead.engine.EngineRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Many engines as one. Keeps nothing that the engines do not know better; what it remembers it checks before use. */
public final class Fleet {
    private static final Logger LOG = LoggerFactory.getLogger(Fleet.class);

    private final EngineRegistry registry;
    private final Map<String, FreshShare<List<Located>>> lists = new HashMap<>();

    /** Where a cuid was last seen; looked at first, believed only after the engine confirmed it. */
    private final Cache<Cuid, Seen> seen = Caffeine.newBuilder()
            .maximumSize(100_000)
            .expireAfterAccess(Duration.ofHours(1))
            .build();

    /** Containers whose label is another's, by the id they got; each is told of once. */
    private final Cache<Cuid, Boolean> warned =
            Caffeine.newBuilder().maximumSize(10_000).build();

    private record Seen(Engine engine, ContainerId id) {}

    public Fleet(EngineRegistry registry) {
        this.registry = registry;
        for (Engine engine : registry.all()) {
            lists.put(engine.name().value(), new FreshShare<>(() -> read(engine)));
        }
    }

    /**
     * Asks engines all at once, each within its own patience.
     *
     * @return what they answered, in their order, and a warning for each that failed; never fails itself
     */
    public <T> Mono<Gathered<T>> gather(Collection<Engine> engines, Function<Engine, Mono<T>> question) {
        return ask(
                engines,
                engine -> Mono.defer(() -> question.apply(engine))
                        .timeout(engine.patience(), Mono.error(() -> late(engine))));
    }

    /** The same with questions that have a bound of their own. */
    private static <T> Mono<Gathered<T>> ask(Collection<Engine> engines, Function<Engine, Mono<T>> question) {
        record Answer<T>(
                Engine engine, @Nullable T value, @Nullable Throwable failure) {}
        return Flux.fromIterable(engines)
                .flatMapSequential(
                        engine -> question.apply(engine)
                                .map(value -> new Answer<T>(engine, value, null))
                                // It has none of them: nothing is missing from the answer.
                                .onErrorResume(EngineException.Unsupported.class, _ -> Mono.empty())
                                .onErrorResume(failure -> Mono.just(new Answer<T>(engine, null, failure))),
                        Math.max(1, engines.size()))
                .collectList()
                .map(answers -> {
                    List<Gathered.Part<T>> parts = new ArrayList<>();
                    List<Warning> warnings = new ArrayList<>();
                    for (Answer<T> answer : answers) {
                        if (answer.value() != null) {
                            parts.add(new Gathered.Part<>(answer.engine(), answer.value()));
                        } else if (answer.failure() != null) {
                            warnings.add(new Warning(answer.engine().name(), answer.failure()));
                        }
                    }
                    return new Gathered<>(parts, warnings);
                });
    }

    /** All engines. */
    public Collection<Engine> engines() {
        return registry.all();
    }

    /** The engine of that name; fails with NotFound ({@code NO_SUCH_ENGINE}). */
    public Mono<Engine> engine(String name) {
        return Mono.fromCallable(() -> registry.get(name));
    }

    /**
     * A page of all containers that pass a filter.
     *
     * @param cursor where to begin; null: at the beginning
     * @param limit at least 1
     */
    public Mono<ContainerPage> list(ContainerFilter filter, ContainerOrder order, int limit, @Nullable String cursor) {
        return Mono.defer(() -> {
            for (String name : filter.engines()) {
                registry.get(name);
            }
            ContainerOrder.Place after = cursor == null ? null : order.place(cursor, filter);
            List<Engine> asked = registry.all().stream().filter(filter::admits).toList();
            return ask(asked, this::containersOf).map(gathered -> page(gathered, filter, order, limit, after));
        });
    }

    private static ContainerPage page(
            Gathered<List<Located>> gathered,
            ContainerFilter filter,
            ContainerOrder order,
            int limit,
            ContainerOrder.@Nullable Place after) {
        record Placed(ContainerOrder.Place place, Located located) {}
        Comparator<ContainerOrder.Place> comparator = order.comparator();
        List<Placed> rest = gathered.parts().stream()
                .flatMap(part -> part.value().stream())
                .filter(located -> filter.admits(located.container()))
                .map(located -> new Placed(order.place(located), located))
                .filter(placed -> after == null || comparator.compare(placed.place(), after) > 0)
                .sorted(Comparator.comparing(Placed::place, comparator))
                .toList();
        List<Placed> shown = rest.subList(0, Math.min(limit, rest.size()));
        String next = rest.size() > limit ? order.cursor(shown.getLast().place(), filter) : null;
        return new ContainerPage(shown.stream().map(Placed::located).toList(), next, gathered.warnings());
    }

    private Mono<List<Located>> containersOf(Engine engine) {
        FreshShare<List<Located>> list = lists.get(engine.name().value());
        return list == null ? read(engine) : list.get();
    }

    private Mono<List<Located>> read(Engine engine) {
        return engine.containers()
                .list(Map.of())
                .timeout(engine.patience(), Mono.error(() -> late(engine)))
                .onErrorReturn(EngineException.Unsupported.class, List.of())
                .map(containers -> identified(engine, containers));
    }

    /**
     * Finds a container by cuid or {@code {engine}:{id, name or id prefix}} and inspects it.
     *
     * @return fails with NotFound if no engine has it, Conflict if the prefix fits several, Unavailable if it is on no engine that
     *     answered but some did not
     */
    public Mono<Located> locate(String address) {
        return AuditTrail.noting(
                located(address),
                (trail, at) ->
                        trail.container(at.engine().name().value(), at.cuid().value()));
    }

    private Mono<Located> located(String address) {
        return Mono.defer(() -> {
            if (Cuid.isCuid(address)) {
                return byCuid(new Cuid(address));
            }
            int colon = address.indexOf(':');
            if (colon < 1 || colon == address.length() - 1) {
                return Mono.error(new EngineException.NotFound(
                        "NO_SUCH_CONTAINER",
                        "no container %s (expected: a cuid, or engine:name)".formatted(address),
                        Evidence.NONE));
            }
            Engine engine = registry.get(address.substring(0, colon));
            return engine.containers()
                    .find(address.substring(colon + 1))
                    .flatMap(container -> identify(engine, container))
                    .doOnNext(this::remember);
        });
    }

    /** Which cuid an inspected container has: looks whether an older one bears the same label. */
    public Mono<Located> identify(Engine engine, Container container) {
        Optional<Cuid> labelled = Identities.labelled(container);
        if (labelled.isEmpty()) {
            return Mono.just(new Located(engine, container, Identities.derived(engine, container)));
        }
        Seen known = seen.getIfPresent(labelled.get());
        if (known != null
                && known.engine().name().equals(engine.name())
                && known.id().equals(container.id())) {
            return Mono.just(new Located(engine, container, labelled.get()));
        }
        return bearers(engine, labelled.get())
                .map(all -> all.stream()
                        .filter(other -> other.container().id().equals(container.id()))
                        .map(other -> new Located(engine, container, other.cuid()))
                        .findFirst()
                        .orElseGet(() -> new Located(engine, container, labelled.get())));
    }

    /** A container after it was given another name, which on some engines is another id. */
    public Mono<Located> renamed(Located before, ContainerName name) {
        Engine engine = before.engine();
        Mono<Container> byName = Mono.defer(() -> engine.containers().find(name.value()));
        // Where there are projects, others may have the name too.
        Mono<Container> byLabel = Identities.labelled(before.container())
                .map(cuid -> bearers(engine, cuid)
                        .flatMapIterable(all -> all)
                        .filter(one -> one.cuid().equals(before.cuid()))
                        .next()
                        .flatMap(one ->
                                engine.containers().inspect(one.container().id())))
                .orElseGet(Mono::empty);
        return engine.containers()
                .inspect(before.container().id())
                .filter(container -> container.name().equals(name.value()))
                .onErrorResume(EngineException.NotFound.class, _ -> Mono.empty())
                .switchIfEmpty(byLabel)
                .switchIfEmpty(byName)
                .flatMap(container -> before.cuid().isDerived()
                        ? identify(engine, container)
                        : Mono.just(new Located(engine, container, before.cuid())))
                .doOnNext(this::remember);
    }

    private Mono<List<Located>> bearers(Engine engine, Cuid cuid) {
        return engine.containers()
                .list(Map.of(Labels.CUID, cuid.value()))
                .timeout(engine.patience(), Mono.error(() -> late(engine)))
                .onErrorReturn(EngineException.Unsupported.class, List.of())
                .map(containers -> identified(engine, containers));
    }

    /** Gives each of an engine's containers its id, and tells the operator of those that bear another's label. */
    private List<Located> identified(Engine engine, List<Container> containers) {
        List<Located> all = Identities.assign(engine, containers);
        for (Located located : all) {
            Cuid label = Identities.labelled(located.container()).orElse(located.cuid());
            if (!label.equals(located.cuid()) && warned.asMap().putIfAbsent(located.cuid(), Boolean.TRUE) == null) {
                LOG.warn(
                        "engine {}: container {} bears the label {}={} of an older one, and is known as {} instead",
                        engine.name(),
                        located.container().id(),
                        Labels.CUID,
                        label,
                        located.cuid());
            }
        }
        return all;
    }

    private Mono<Located> byCuid(Cuid cuid) {
        Seen place = seen.getIfPresent(cuid);
        Mono<Located> searched = Mono.defer(() -> search(cuid));
        if (place == null) {
            return searched;
        }
        return inspect(place.engine(), place.id(), cuid)
                .filter(located -> cuid.isDerived()
                        || Identities.labelled(located.container())
                                .filter(cuid::equals)
                                .isPresent())
                .onErrorResume(EngineException.NotFound.class, gone -> Mono.empty())
                .switchIfEmpty(searched);
    }

    private Mono<Located> inspect(Engine engine, ContainerId id, Cuid cuid) {
        return engine.containers().inspect(id).map(container -> new Located(engine, container, cuid));
    }

    /** Asks all at once, and waits no longer than for the one that has it. */
    private Mono<Located> search(Cuid cuid) {
        record Look(@Nullable Located found, @Nullable Warning warning) {}
        seen.invalidate(cuid);
        return Flux.fromIterable(registry.all())
                .flatMap(
                        engine -> (cuid.isDerived() ? containersOf(engine) : bearers(engine, cuid))
                                .map(all -> new Look(
                                        all.stream()
                                                .filter(located ->
                                                        located.cuid().equals(cuid))
                                                .findFirst()
                                                .orElse(null),
                                        null))
                                .onErrorResume(
                                        failure -> Mono.just(new Look(null, new Warning(engine.name(), failure)))),
                        Math.max(1, registry.all().size()))
                .takeUntil(look -> look.found() != null)
                .collectList()
                .flatMap(looks -> {
                    Located found = looks.isEmpty() ? null : looks.getLast().found();
                    if (found == null) {
                        return Mono.error(notFound(
                                cuid,
                                looks.stream()
                                        .map(Look::warning)
                                        .filter(Objects::nonNull)
                                        .toList()));
                    }
                    return inspect(found.engine(), found.container().id(), cuid).doOnNext(this::remember);
                });
    }

    private static EngineException notFound(Cuid cuid, List<Warning> warnings) {
        if (warnings.isEmpty()) {
            return new EngineException.NotFound(
                    "NO_SUCH_CONTAINER", "no container %s on any engine".formatted(cuid), Evidence.NONE);
        }
        List<String> silent =
                warnings.stream().map(warning -> warning.engine().value()).toList();
        // It may well be on one of those: "not found" would be a guess, and a client might act on it.
        return new EngineException.Unavailable(
                "container %s is on no engine that answered; %s did not".formatted(cuid, String.join(", ", silent)),
                Evidence.NONE.with("unreachable", silent),
                warnings.getFirst().failure());
    }

    /** Notes where a container is, so that the next look-up by its cuid is one call. */
    public void remember(Located located) {
        seen.put(located.cuid(), new Seen(located.engine(), located.container().id()));
    }

    /** Drops what was noted of a container that is gone. */
    public void forget(Cuid cuid) {
        seen.invalidate(cuid);
    }

    private static EngineException late(Engine engine) {
        return new EngineException.TimedOut(
                "engine %s gave no answer within %s ms"
                        .formatted(engine.name(), engine.patience().toMillis()),
                Evidence.of(engine.name().value()),
                null);
    }
}
