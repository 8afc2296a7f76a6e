package dev.roadstead.adapter.kleened;

import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.image.BuildSpec;
import dev.roadstead.image.ImageStep;
import dev.roadstead.image.ImportSpec;
import dev.roadstead.image.PullProgress;
import dev.roadstead.image.PullSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Making images, over the daemon's sockets: leaving one gives the work up. Kleened lists an image before it is whole, and takes its
 * name from the one that had it; what fails or is given up is cleaned up after.
 */
final class KleenedImageWork {
    private static final String CREATE = "/images/create";
    private static final String BUILD = "/images/build";

    /** More than one colon makes the daemon crash. */
    private static final Pattern TAG =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?");

    private static final Pattern URL = Pattern.compile("(https?|ftp|file)://[\\x21-\\x7e]{1,2000}");
    private static final Pattern DATASET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.:/-]{0,254}");
    private static final Pattern FOLDER = Pattern.compile("/[^\\x00-\\x1f\\x7f]{0,4000}");
    private static final Pattern FILE = Pattern.compile("[^\\x00-\\x1f\\x7f/][^\\x00-\\x1f\\x7f]{0,1000}");
    private static final Set<String> METHODS = Set.of("fetch", "fetch-auto", "zfs-copy", "zfs-clone");

    private final KleenedSession session;
    private final KleenedSockets sockets;
    private final KleenedLeftovers leftovers;

    KleenedImageWork(KleenedSession session) {
        this.session = session;
        this.sockets = new KleenedSockets(session);
        this.leftovers = new KleenedLeftovers(session);
    }

    Flux<PullProgress> pull(PullSpec spec) {
        return Flux.error(() -> session.errors().unsupported(Capability.PULL, KleenedCapabilities.NO_PULL));
    }

    /** Makes a base image by one of the daemon's methods. */
    Flux<ImageStep> make(ImportSpec spec) {
        return Flux.defer(() -> {
            if (!METHODS.contains(spec.method())) {
                throw session.errors().invalid("method", spec.method(), "fetch, fetch-auto, zfs-copy or zfs-clone");
            }
            boolean fetches = spec.method().equals("fetch");
            boolean ofDataset = spec.method().startsWith("zfs-");
            Map<String, Object> configuration = new LinkedHashMap<>();
            configuration.put("method", spec.method());
            take(configuration, "url", "url", spec.url(), URL, fetches);
            take(configuration, "dataset", "zfs_dataset", spec.dataset(), DATASET, ofDataset);
            take(configuration, "tag", "tag", spec.tag(), TAG, false);
            if (spec.method().equals("fetch-auto") && spec.tag() == null) {
                configuration.put("autotag", true);
            }
            return Flux.usingWhen(
                    leftovers.before(),
                    before -> work(KleenedCall.IMAGE_CREATE, "an image", CREATE, configuration, new Made()),
                    _ -> Mono.empty(),
                    (before, _) -> leftovers.remove(before, spec.tag()),
                    before -> leftovers.remove(before, spec.tag()));
        });
    }

    /** Builds an image of a folder on the daemon's host. */
    Flux<ImageStep> build(BuildSpec spec) {
        return Flux.defer(() -> {
            Map<String, Object> configuration = new LinkedHashMap<>();
            take(configuration, "context_path", "context", spec.contextPath(), FOLDER, true);
            take(configuration, "dockerfile", "dockerfile", spec.dockerfile(), FILE, false);
            take(configuration, "tag", "tag", spec.tag(), TAG, false);
            configuration.put("container_config", Map.of());
            if (!spec.arguments().isEmpty()) {
                configuration.put("buildargs", spec.arguments());
            }
            Made made = new Made();
            return Flux.usingWhen(
                    leftovers.before(),
                    before -> work(KleenedCall.IMAGE_BUILD, "a build", BUILD, configuration, made),
                    _ -> Mono.empty(),
                    (before, _) -> leftovers.removeBuild(before, made.id, spec.tag()),
                    before -> leftovers.removeBuild(before, made.id, spec.tag()));
        });
    }

    /** The id that the daemon gave the image when it began. */
    private static final class Made {
        private volatile @Nullable String id;
    }

    private Flux<ImageStep> work(
            KleenedCall call, String subject, String path, Map<String, Object> configuration, Made made) {
        return Flux.usingWhen(
                sockets.open(call, subject, path, configuration)
                        .flatMap(socket -> sockets.begun(call, subject, socket)),
                socket -> steps(call, subject, socket, made),
                socket -> Mono.fromRunnable(socket::close));
    }

    private Flux<ImageStep> steps(KleenedCall call, String subject, KleenedSocket socket, Made made) {
        ProgressText text = new ProgressText();
        return socket.started()
                .doOnNext(starting -> made.id = starting.data().isEmpty() ? null : starting.data())
                .thenMany(socket.output())
                .concatMapIterable(text::feed, 1)
                .map(line -> new ImageStep(line, null))
                .concatWith(Mono.defer(socket::ending).flatMap(ending -> {
                    KleenedSocket.Message told = ending.message();
                    return ending.isGood() && told != null && !told.data().isEmpty()
                            ? Mono.just(new ImageStep(told.message(), told.data()))
                            : Mono.error(failure(call, subject, ending, socket.lastWords()));
                }));
    }

    /** A reason that is too long for a farewell breaks the link instead (Kleened 0.1): what came before is all there is. */
    private EngineException failure(KleenedCall call, String subject, KleenedSocket.Ending ending, String lastWords) {
        if (ending.code() == null) {
            return session.errors()
                    .brokeOff("the daemon dropped the link before %s was done; it had told last: %s"
                            .formatted(subject, lastWords.strip()));
        }
        return sockets.failure(call, subject, ending, lastWords);
    }

    private void take(
            Map<String, Object> configuration,
            String field,
            String key,
            @Nullable String value,
            Pattern form,
            boolean required) {
        if (value == null) {
            if (required) {
                throw session.errors().invalid(field, "", "a value");
            }
            return;
        }
        if (!form.matcher(value).matches()) {
            throw session.errors().invalid(field, value, form.pattern());
        }
        configuration.put(key, value);
    }
}
