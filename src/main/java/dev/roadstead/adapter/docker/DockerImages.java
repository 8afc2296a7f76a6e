package dev.roadstead.adapter.docker;

import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.ImageCalls;
import dev.roadstead.adapter.daemon.Target;
import dev.roadstead.adapter.daemon.Texts;
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
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Images of a Docker daemon. */
final class DockerImages implements ImageOperations {
    private static final int FAILED = 500;

    private final DaemonSession session;
    private final EngineSettings settings;
    private final DockerPruning pruning;
    private final DockerLoad loading;
    private final ImageCalls calls;

    DockerImages(DaemonSession session, DockerPruning pruning, EngineSettings settings) {
        this.session = session;
        this.pruning = pruning;
        this.loading = new DockerLoad(session, settings);
        this.settings = settings;
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
        return calls.history(reference);
    }

    @Override
    public Flux<PullProgress> pull(PullSpec spec) {
        ImageReference reference = spec.reference();
        EngineRequest request = EngineRequest.post(Target.of("images", "create")
                        .with("fromImage", reference.repository())
                        // Without a tag the daemon would pull all of them.
                        .with("tag", reference.version())
                        .with("platform", spec.platform())
                        .toString())
                // The head comes when the registry has answered the daemon, or failed to.
                .within(settings.idleTimeout());
        EngineRequest authorised = spec.auth() == null
                ? request
                : request.header("X-Registry-Auth", calls.encoded(spec.auth(), reference.registry()));
        return Flux.usingWhen(
                session.open(DaemonCall.PULL, "image " + reference, authorised, Silence.BOUNDED),
                reply -> progress(reply, reference),
                reply -> Mono.fromRunnable(reply::close));
    }

    /** Failures after the first step come in the stream, and so does success: an end without it is a failure, too. */
    private Flux<PullProgress> progress(StreamedReply reply, ImageReference reference) {
        return Flux.defer(() -> {
            JsonValueDecoder decoder = new JsonValueDecoder(session.faults().engine(), session.json());
            AtomicBoolean pulled = new AtomicBoolean();
            return reply.body()
                    .concatMapIterable(decoder::feed, 1)
                    .map(node -> step(node, reference))
                    .doOnNext(step -> {
                        if (step.layer() == null && step.status().startsWith("Status: ")) {
                            pulled.set(true);
                        }
                    })
                    .concatWith(Mono.defer(() -> {
                        decoder.finish();
                        return pulled.get()
                                ? Mono.empty()
                                : Mono.error(session.faults()
                                        .brokeOff("the pull of %s ended without success".formatted(reference)));
                    }));
        });
    }

    private PullProgress step(JsonNode node, ImageReference reference) {
        DockerWire.PullStep step;
        try {
            step = session.json().treeToValue(node, DockerWire.PullStep.class);
        } catch (JacksonException unreadable) {
            throw session.faults().nonsense("a step of the pull is not what Docker documents", unreadable);
        }
        DockerWire.PullError detail = step.errorDetail();
        String error = detail != null && detail.message() != null ? detail.message() : step.error();
        if (error != null) {
            int status = detail != null && detail.code() != null && detail.code() >= 400 ? detail.code() : FAILED;
            throw session.refusal(DaemonCall.PULL, "image " + reference, status, error);
        }
        DockerWire.PullDetail progress = step.progress();
        return new PullProgress(
                Texts.blankToNull(step.id()),
                step.status() == null ? "" : step.status(),
                progress == null ? null : progress.current(),
                progress == null ? null : progress.total());
    }

    @Override
    public Mono<Void> tag(String reference, ImageReference target) {
        return calls.tag(reference, target);
    }

    @Override
    public Mono<RemovedImage> remove(String reference, boolean force) {
        return calls.checked(reference)
                .flatMap(image -> session.readList(
                        DaemonCall.IMAGE_REMOVE,
                        "image " + image,
                        EngineRequest.delete(
                                Target.of("images", image).flag("force", force).toString()),
                        DockerWire.RemovedReference.class))
                .map(DockerImages::removed);
    }

    private static RemovedImage removed(List<DockerWire.RemovedReference> wire) {
        return new RemovedImage(
                wire.stream()
                        .map(DockerWire.RemovedReference::untagged)
                        .filter(Objects::nonNull)
                        .toList(),
                wire.stream()
                        .map(DockerWire.RemovedReference::deleted)
                        .filter(Objects::nonNull)
                        .toList());
    }

    @Override
    public Mono<List<String>> load(Publisher<byte[]> file) {
        return loading.load(file);
    }

    @Override
    public Mono<Pruned> prune() {
        return pruning.images();
    }
}
