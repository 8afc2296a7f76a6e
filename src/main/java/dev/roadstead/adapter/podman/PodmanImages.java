package dev.roadstead.adapter.podman;

import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.ImageCalls;
import dev.roadstead.adapter.daemon.Target;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.engine.ImageOperations;
import dev.roadstead.engine.Pruned;
import dev.roadstead.image.Image;
import dev.roadstead.image.ImageLayer;
import dev.roadstead.image.ImageReference;
import dev.roadstead.image.PullProgress;
import dev.roadstead.image.PullSpec;
import dev.roadstead.image.RemovedImage;
import dev.roadstead.transport.EngineHttpClient.Silence;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.JsonValueDecoder;
import dev.roadstead.transport.StreamedReply;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Images of Podman. */
final class PodmanImages implements ImageOperations {
    private static final int FAILED = 500;
    private static final Pattern OF_LAYER =
            Pattern.compile("^(?<what>.*?) (?:sha256:)?(?<layer>[0-9a-f]{12,64})(?<more> .*)?$");

    private final DaemonSession session;
    private final EngineSettings settings;
    private final PodmanPruning pruning;
    private final ImageCalls calls;

    PodmanImages(DaemonSession session, PodmanPruning pruning, EngineSettings settings) {
        this.session = session;
        this.settings = settings;
        this.pruning = pruning;
        this.calls = new ImageCalls(session);
    }

    @Override
    public Mono<List<Image>> list() {
        return calls.list();
    }

    @Override
    public Mono<Image> inspect(String reference) {
        return calls.inspect(reference);
    }

    @Override
    public Mono<List<ImageLayer>> history(String reference) {
        // Podman's own history leaves an image's names out.
        return calls.history(reference).zipWith(calls.inspect(reference), PodmanImages::named);
    }

    private static List<ImageLayer> named(List<ImageLayer> layers, Image image) {
        return layers.stream()
                .map(layer -> image.id().equals(layer.id()) && layer.tags().isEmpty()
                        ? new ImageLayer(
                                layer.id(),
                                layer.createdAt(),
                                layer.createdBy(),
                                layer.size(),
                                image.tags(),
                                layer.comment())
                        : layer)
                .toList();
    }

    @Override
    public Flux<PullProgress> pull(PullSpec spec) {
        ImageReference reference = spec.reference();
        Target target = Target.of("images", "pull")
                // Both at once Podman would refuse.
                .with("reference", reference.repository() + separator(reference) + reference.version())
                .with("policy", "always");
        platform(target, spec.platform());
        EngineRequest request = EngineRequest.post(target.toString())
                // From 6.0 on the head comes with the first step.
                .within(settings.idleTimeout());
        EngineRequest authorised = spec.auth() == null
                ? request
                : request.header("X-Registry-Auth", calls.encoded(spec.auth(), reference.registry()));
        return Flux.usingWhen(
                session.open(DaemonCall.PULL, "image " + reference, authorised, Silence.BOUNDED),
                reply -> progress(reply, reference),
                reply -> Mono.fromRunnable(reply::close));
    }

    private static String separator(ImageReference reference) {
        return reference.digest() == null ? ":" : "@";
    }

    /** {@code linux/arm64/v8}. */
    private static void platform(Target target, @Nullable String platform) {
        if (platform == null) {
            return;
        }
        String[] parts = platform.split("/", -1);
        target.with("OS", parts[0])
                .with("Arch", parts.length > 1 ? parts[1] : null)
                .with("Variant", parts.length > 2 ? parts[2] : null);
    }

    /** Nearly every failure comes in the stream, and so does success: an end without it is a failure, too. */
    private Flux<PullProgress> progress(StreamedReply reply, ImageReference reference) {
        return Flux.defer(() -> {
            JsonValueDecoder decoder = new JsonValueDecoder(session.faults().engine(), session.json());
            AtomicBoolean pulled = new AtomicBoolean();
            return reply.body()
                    .concatMapIterable(decoder::feed, 1)
                    .<PullProgress>mapNotNull(node -> step(node, reference, pulled))
                    .concatWith(Mono.defer(() -> {
                        decoder.finish();
                        return pulled.get()
                                ? Mono.empty()
                                : Mono.error(session.faults()
                                        .brokeOff("the pull of %s ended without success".formatted(reference)));
                    }));
        });
    }

    private @Nullable PullProgress step(JsonNode node, ImageReference reference, AtomicBoolean pulled) {
        PodmanWire.PullStep step;
        try {
            step = session.json().treeToValue(node, PodmanWire.PullStep.class);
        } catch (JacksonException unreadable) {
            throw session.faults().nonsense("a step of the pull is not what libpod documents", unreadable);
        }
        if (step.error() != null && !step.error().isBlank()) {
            throw session.refusal(DaemonCall.PULL, "image " + reference, FAILED, step.error());
        }
        if (step.images() != null && !step.images().isEmpty()) {
            pulled.set(true);
        }
        String text = step.stream() == null ? "" : step.stream().strip();
        if (text.isEmpty()) {
            return null;
        }
        Matcher layer = OF_LAYER.matcher(text);
        return layer.matches()
                ? new PullProgress(layer.group("layer"), layer.group("what"), null, null)
                : new PullProgress(null, text, null, null);
    }

    @Override
    public Mono<Void> tag(String reference, ImageReference target) {
        return calls.tag(reference, target);
    }

    /** What went wrong stands in an answer of 200. */
    @Override
    public Mono<RemovedImage> remove(String reference, boolean force) {
        return calls.checked(reference)
                .flatMap(image -> session.read(
                                DaemonCall.IMAGE_REMOVE,
                                "image " + image,
                                EngineRequest.delete(Target.of("images", image)
                                        .flag("force", force)
                                        .toString()),
                                PodmanWire.RemovedImages.class)
                        .flatMap(answer ->
                                answer.errors() == null || answer.errors().isEmpty()
                                        ? Mono.just(answer)
                                        : Mono.error(session.refusal(
                                                DaemonCall.IMAGE_REMOVE,
                                                "image " + image,
                                                FAILED,
                                                String.join("; ", answer.errors())))))
                .map(answer -> new RemovedImage(orNone(answer.untagged()), orNone(answer.deleted())));
    }

    /** libpod API, ImageLoadLibpod: it answers when the file is read and the image there. */
    @Override
    public Mono<List<String>> load(Publisher<byte[]> file) {
        EngineRequest request = EngineRequest.post("/images/load")
                .upload("application/x-tar", file)
                .within(settings.idleTimeout());
        return session.read(DaemonCall.IMAGE_LOAD, "the image file", request, PodmanWire.Loaded.class)
                .flatMap(loaded -> orNone(loaded.names()).isEmpty()
                        ? Mono.error(session.faults().brokeOff("the load ended without an image"))
                        : Mono.just(orNone(loaded.names())));
    }

    @Override
    public Mono<Pruned> prune() {
        return pruning.images();
    }

    private static List<String> orNone(@Nullable List<String> list) {
        return list == null ? List.of() : list;
    }
}
