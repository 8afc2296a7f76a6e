package dev.roadstead.adapter.docker;

import static dev.roadstead.engine.ContractSubject.fails;
import static dev.roadstead.engine.ContractSubject.get;
import static dev.roadstead.engine.ContractSubject.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.engine.ContractSubject;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.image.Image;
import dev.roadstead.image.ImageReference;
import dev.roadstead.image.PullProgress;
import dev.roadstead.image.PullSpec;
import dev.roadstead.image.RegistryAuth;
import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Pulls by a real daemon from real registries. */
@RequiresLab({"docker", "registry"})
class DockerRegistryIT {
    private final Engine engine = DockerEngineIT.engine(Lab.docker(), null);
    private final String open = Lab.registry() + "/lab/layers:1";
    private final String closed = Lab.registryWithPassword() + "/lab/layers:1";

    @AfterEach
    void clean() {
        forget(open);
        forget(closed);
        engine.close().block(ContractSubject.WAIT);
    }

    @Test
    void aPullTellsItsLayersAndThenTheImageIsThere() {
        forget(open);

        List<PullProgress> steps = get(engine.images().pull(spec(open, null)).collectList());

        assertThat(steps).extracting(PullProgress::status).contains("Pull complete");
        assertThat(steps).anySatisfy(step -> assertThat(step.total()).isPositive());
        Image image = get(engine.images().inspect(open));
        assertThat(image.tags()).contains(open);
        assertThat(image.digests()).anySatisfy(digest -> assertThat(digest).contains("@sha256:"));
    }

    @Test
    void aPullOfWhatIsThereSucceedsAgainAndByDigest() {
        run(engine.images().pull(spec(open, null)));
        run(engine.images().pull(spec(open, null)));

        String digest = get(engine.images().inspect(open)).digests().stream()
                .filter(reference -> reference.startsWith(Lab.registry()))
                .findFirst()
                .orElseThrow();
        run(engine.images().pull(spec(digest, null)));
        assertThat(get(engine.images().inspect(digest)).digests()).contains(digest);
    }

    @Test
    void aRegistryWithAPasswordTakesTheRightOne() {
        run(engine.images().pull(spec(closed, Lab.registryPassword())));

        assertThat(get(engine.images().inspect(closed)).tags()).contains(closed);
    }

    @Test
    void wrongOrNoCredentialsAreDenied() {
        fails(engine.images().pull(spec(closed, "wrong")), EngineException.Denied.class, "REGISTRY_DENIED");
        fails(engine.images().pull(spec(closed, null)), EngineException.Denied.class, "REGISTRY_DENIED");
    }

    @Test
    void whatNoRegistryHasOrCanBeReachedIsNotFound() {
        for (String reference :
                List.of(Lab.registry() + "/lab/layers:none", Lab.registry() + "/lab/none:1", "127.0.0.1:1/lab/x:1")) {
            fails(engine.images().pull(spec(reference, null)), EngineException.NotFound.class, "NO_SUCH_IMAGE");
        }
    }

    private static PullSpec spec(String reference, @Nullable String password) {
        RegistryAuth auth = password == null ? null : new RegistryAuth(Lab.registryUser(), password, null, null);
        return new PullSpec(ImageReference.parse(reference), null, auth);
    }

    private void forget(String reference) {
        engine.images()
                .remove(reference, true)
                .onErrorResume(EngineException.NotFound.class, _ -> Mono.empty())
                .block(ContractSubject.WAIT);
    }
}
