package dev.roadstead.adapter.simulated;

import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.ImageOperations;
import dev.roadstead.engine.Pruned;
import dev.roadstead.image.Image;
import dev.roadstead.image.ImageLayer;
import dev.roadstead.image.ImageReference;
import dev.roadstead.image.PullProgress;
import dev.roadstead.image.PullSpec;
import dev.roadstead.image.RegistryAuth;
import dev.roadstead.image.RemovedImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Images in memory, and registries that have the images of {@link #KNOWN} under any tag. Below {@code private/} they want the password
 * {@value #PASSWORD}.
 */
final class SimulatedImages implements ImageOperations {
    /** Names of images that the pretended registries have. */
    static final Set<String> KNOWN = Set.of(
            "alpine",
            "busybox",
            "debian",
            "hello-world",
            "httpd",
            "mariadb",
            "mysql",
            "nginx",
            "node",
            "postgres",
            "python",
            "redis",
            "ubuntu");

    /** The password of private images. */
    static final String PASSWORD = "simulated";

    private static final Set<String> REGISTRIES = Set.of("docker.io", "ghcr.io", "quay.io");
    private static final int LAYERS = 3;
    private static final long LAYER_SIZE = 8L << 20;
    private static final int STEPS = 4;
    private static final Duration STEP = Duration.ofMillis(10);

    private final SimulatedHost host;
    private final SimulatedLink link;
    private final Uploads uploads;
    private final ImageFile imageFile;

    SimulatedImages(SimulatedHost host, SimulatedLink link) {
        this.host = host;
        this.link = link;
        this.uploads = new Uploads(host);
        this.imageFile = new ImageFile(host);
    }

    @Override
    public Mono<List<Image>> list() {
        return link.call(
                SimulatedCall.IMAGES_LIST,
                () -> host.locked(() -> host.images().values().stream()
                        .map(SimulatedImage::describe)
                        .toList()));
    }

    @Override
    public Mono<Image> inspect(String reference) {
        return link.call(
                SimulatedCall.IMAGES_INSPECT,
                () -> host.locked(() -> host.image(reference).describe()));
    }

    @Override
    public Mono<List<ImageLayer>> history(String reference) {
        return link.call(
                SimulatedCall.IMAGES_HISTORY,
                () -> host.locked(() -> host.image(reference).history()));
    }

    @Override
    public Flux<PullProgress> pull(PullSpec spec) {
        return link.stream(SimulatedCall.IMAGES_PULL, () -> {
            check(spec);
            String name = SimulatedHost.normalized(spec.reference().toString());
            if (host.locked(() -> host.findImage(name)) != null) {
                return Flux.just(message("Status: Image is up to date for " + name));
            }
            return Flux.fromIterable(steps(name))
                    .concatMap(step -> Mono.delay(STEP, host.scheduler()).thenReturn(step), 1)
                    .concatWith(Mono.fromSupplier(() -> host.locked(() -> {
                        if (host.findImage(name) == null) {
                            SimulatedImage pulled = host.addSystemImage(name, LAYERS * LAYER_SIZE);
                            host.events().add("image", "pull", pulled.id(), name, Map.of());
                        }
                        return message("Status: Downloaded newer image for " + name);
                    })));
        });
    }

    @Override
    public Mono<Void> tag(String reference, ImageReference target) {
        return link.run(
                SimulatedCall.IMAGES_TAG,
                () -> host.<@Nullable Object>locked(() -> {
                    SimulatedImage image = host.image(reference);
                    host.tag(image, target.toString());
                    host.events()
                            .add("image", "tag", image.id(), SimulatedHost.normalized(target.toString()), Map.of());
                    return null;
                }));
    }

    @Override
    public Mono<RemovedImage> remove(String reference, boolean force) {
        return link.call(SimulatedCall.IMAGES_REMOVE, () -> host.locked(() -> removeNow(reference, force)));
    }

    @Override
    public Mono<List<String>> load(Publisher<byte[]> file) {
        return link.defer(
                SimulatedCall.IMAGES_LOAD,
                () -> uploads.whole(file).map(bytes -> host.locked(() -> imageFile.load(bytes))));
    }

    @Override
    public Mono<Pruned> prune() {
        return link.call(
                SimulatedCall.PRUNE,
                () -> host.locked(() -> {
                    Set<SimulatedImage> used = host.containers().values().stream()
                            .map(SimulatedContainer::image)
                            .collect(Collectors.toSet());
                    List<SimulatedImage> unused = host.images().values().stream()
                            .filter(image -> image.tags().isEmpty() && !used.contains(image))
                            .toList();
                    unused.forEach(image -> {
                        host.images().remove(image.id());
                        host.events().add("image", "remove", image.id(), null, Map.of());
                    });
                    return new Pruned(
                            unused.stream().map(SimulatedImage::id).toList(),
                            unused.stream().mapToLong(SimulatedImage::size).sum());
                }));
    }

    private RemovedImage removeNow(String reference, boolean force) {
        SimulatedImage image = host.image(reference);
        String name = SimulatedHost.normalized(reference);
        boolean byName = image.tags().contains(name);
        if (byName && image.tags().size() > 1) {
            image.tags().remove(name);
            host.events().add("image", "untag", image.id(), name, Map.of());
            return new RemovedImage(List.of(name), List.of());
        }
        boolean used = false;
        boolean running = false;
        for (SimulatedContainer container : host.containers().values()) {
            if (container.image() == image) {
                used = true;
                running |= container.isAlive();
            }
        }
        if (running || (!force && (used || image.tags().size() > 1))) {
            throw new EngineException.Conflict(
                    "IMAGE_IN_USE",
                    used
                            ? "a container uses image %s".formatted(reference)
                            : "%s has several names".formatted(reference),
                    host.evidence());
        }
        host.images().remove(image.id());
        host.events().add("image", "remove", image.id(), byName ? name : null, Map.of());
        return new RemovedImage(image.tags(), List.of(image.id()));
    }

    private void check(PullSpec spec) {
        ImageReference reference = spec.reference();
        String repository = reference.repository();
        String last = repository.substring(repository.lastIndexOf('/') + 1);
        if (!REGISTRIES.contains(reference.registry()) || !KNOWN.contains(last)) {
            throw new EngineException.NotFound(
                    "NO_SUCH_IMAGE", "no registry has %s".formatted(reference), host.evidence());
        }
        RegistryAuth auth = spec.auth();
        if (repository.contains("private/") && (auth == null || !PASSWORD.equals(auth.password()))) {
            throw new EngineException.Denied(
                    "REGISTRY_DENIED", "the registry refuses %s".formatted(reference), host.evidence());
        }
    }

    private List<PullProgress> steps(String name) {
        List<PullProgress> steps = new ArrayList<>();
        steps.add(message("Pulling from " + name));
        for (int layer = 0; layer < LAYERS; layer++) {
            String id = host.locked(host::newId).substring(0, 12);
            steps.add(new PullProgress(id, "Pulling fs layer", null, null));
            for (int step = 1; step <= STEPS; step++) {
                steps.add(new PullProgress(id, "Downloading", LAYER_SIZE * step / STEPS, LAYER_SIZE));
            }
            steps.add(new PullProgress(id, "Pull complete", null, null));
        }
        return steps;
    }

    private static PullProgress message(String status) {
        return new PullProgress(null, status, null, null);
    }
}
