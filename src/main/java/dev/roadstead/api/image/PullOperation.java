package dev.roadstead.api.image;

import dev.roadstead.image.PullProgress;
import dev.roadstead.operation.Progress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Adds up a pull's steps to the progress of an operation: each layer's, and all layers' together. */
final class PullOperation {
    private PullOperation() {}

    private record Layer(
            String status, @Nullable Long current, @Nullable Long total) {}

    /** Pulls, and tells how far it is. */
    static Mono<Void> run(Flux<PullProgress> steps, Progress progress) {
        return Mono.defer(() -> {
            Map<String, Layer> layers = new LinkedHashMap<>();
            return steps.doOnNext(step -> {
                        if (step.layer() != null) {
                            layers.merge(
                                    step.layer(),
                                    new Layer(step.status(), step.current(), step.total()),
                                    PullOperation::later);
                        }
                        progress.report(facts(step.status(), layers));
                    })
                    .then();
        });
    }

    // An engine stops telling sizes once a layer is done; what was known stays known.
    private static Layer later(Layer known, Layer now) {
        Long total = now.total() == null ? known.total() : now.total();
        boolean done = now.status().endsWith("complete") || now.status().startsWith("Already");
        Long current = now.current() != null ? now.current() : done ? total : known.current();
        return new Layer(now.status(), current, total);
    }

    private static Map<String, Object> facts(String status, Map<String, Layer> layers) {
        Map<String, Object> each = new LinkedHashMap<>();
        long current = 0;
        long total = 0;
        for (Map.Entry<String, Layer> entry : layers.entrySet()) {
            Layer layer = entry.getValue();
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("status", layer.status());
            if (layer.current() != null) {
                facts.put("current", layer.current());
                current += layer.current();
            }
            if (layer.total() != null) {
                facts.put("total", layer.total());
                total += layer.total();
            }
            each.put(entry.getKey(), facts);
        }
        return Map.of("status", status, "layers", each, "current", current, "total", total);
    }
}
