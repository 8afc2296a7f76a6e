package dev.roadstead.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Scheduler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The catalogs that come with the gateway: read when they are asked for, and let go of when nobody asks any more. */
public final class ShippedCatalogs {
    /** The engines there are catalogs of. */
    public static final Set<String> ENGINES = Set.of("docker", "podman", "lxd", "incus", "kleened");

    private static final Duration KEPT = Duration.ofMinutes(10);

    private record Key(String engine, String version) {}

    private final Cache<String, List<String>> versions = Caffeine.newBuilder().build();
    private final Cache<Key, Catalog> catalogs = Caffeine.newBuilder()
            .expireAfterAccess(KEPT)
            .scheduler(Scheduler.systemScheduler())
            .build();

    /** The versions there are of an engine, oldest first; none of an engine that is not known. */
    public Mono<List<String>> versions(String engine) {
        List<String> known = versions.getIfPresent(engine);
        return known != null ? Mono.just(known) : read(engine).map(CatalogFamily::versions);
    }

    /** The catalog of this version, written {@code 1.41}, {@code v1.41} or, for the newest {@code 4.3.x}, {@code 4.3}; empty if there is none. */
    public Mono<Catalog> named(String engine, String version) {
        return versions(engine).flatMap(all -> load(engine, ApiVersions.named(version, all)));
    }

    /** The best for an engine that speaks this version: the newest that is not newer, else the oldest; empty if there is none. */
    public Mono<Catalog> bestFor(String engine, @Nullable String spoken) {
        return versions(engine).flatMap(all -> {
            if (all.isEmpty()) {
                return Mono.empty();
            }
            return load(
                    engine,
                    spoken == null
                            ? Optional.of(all.getLast())
                            : ApiVersions.newestUpTo(spoken, all).or(() -> Optional.of(all.getFirst())));
        });
    }

    private Mono<Catalog> load(String engine, Optional<String> version) {
        if (version.isEmpty()) {
            return Mono.empty();
        }
        Key key = new Key(engine, version.get());
        Catalog known = catalogs.getIfPresent(key);
        return known != null
                ? Mono.just(known)
                : read(engine).map(family -> family.at(key.version())).doOnNext(read -> catalogs.put(key, read));
    }

    /** Off the event loops: it is read from a file. */
    private Mono<CatalogFamily> read(String engine) {
        if (!ENGINES.contains(engine)) {
            return Mono.empty();
        }
        return Mono.fromCallable(() -> {
                    try (InputStream file = file(engine)) {
                        return CatalogFamily.read(file);
                    } catch (IOException unreadable) {
                        throw new UncheckedIOException(unreadable);
                    }
                })
                .doOnNext(family -> versions.put(engine, family.versions()))
                .subscribeOn(Schedulers.boundedElastic());
    }

    private static InputStream file(String engine) throws IOException {
        InputStream file = ShippedCatalogs.class.getResourceAsStream(engine + ".json.gz");
        if (file == null) {
            throw new IOException("no catalog of " + engine);
        }
        return file;
    }
}
