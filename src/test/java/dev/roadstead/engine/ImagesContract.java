package dev.roadstead.engine;

import static dev.roadstead.engine.ContractSubject.fails;
import static dev.roadstead.engine.ContractSubject.get;
import static dev.roadstead.engine.ContractSubject.run;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.roadstead.container.CommitSpec;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.image.BuildSpec;
import dev.roadstead.image.Image;
import dev.roadstead.image.ImageLayer;
import dev.roadstead.image.ImageReference;
import dev.roadstead.image.ImageStep;
import dev.roadstead.image.ImportSpec;
import dev.roadstead.image.PullProgress;
import dev.roadstead.image.PullSpec;
import dev.roadstead.image.RemovedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.StepVerifier;

/** Images are listed, described, named, pulled and removed. */
public interface ImagesContract extends ContractSubject {
    /** An image that some registry has and the engine does not; null: no registry can be reached. */
    default @Nullable String pullableImage() {
        return null;
    }

    @Test
    default void anImageIsListedAndDescribed() {
        needs(Capability.IMAGES);

        Image image = get(engine().images().inspect(image()));

        assertThat(image.tags()).contains(image());
        assertThat(image.id()).isNotBlank();
        assertThat(get(engine().images().list()))
                .filteredOn(listed -> listed.id().equals(image.id()))
                .singleElement()
                .satisfies(listed -> assertThat(listed.tags()).contains(image()));
    }

    @Test
    default void anImageIsFoundByIdToo() {
        needs(Capability.IMAGES);
        Image image = get(engine().images().inspect(image()));

        assertThat(get(engine().images().inspect(image.id()))).isEqualTo(image);
    }

    @Test
    default void theHistoryBeginsWithTheNewestStep() {
        needs(Capability.IMAGE_HISTORY, Capability.COMMIT);
        String reference = made().imageReference();
        commit(reference);

        List<ImageLayer> base = get(engine().images().history(image()));
        List<ImageLayer> derived = get(engine().images().history(reference));

        assertThat(base).isNotEmpty();
        assertThat(derived).hasSize(base.size() + 1);
        assertThat(derived.getFirst().tags()).contains(reference);
    }

    /** Whether an image may have several names; where it has one a tag takes that one's place. */
    default boolean imagesHaveSeveralNames() {
        return true;
    }

    @Test
    default void aTagTakesThePlaceOfTheOneName() {
        needs(Capability.IMAGES, Capability.IMAGE_TAG);
        assumeFalse(imagesHaveSeveralNames(), "the engine lacks the rule of one name for an image");
        String reference = made().imageReference();
        String id = get(engine().images().inspect(image())).id();

        run(engine().images().tag(image(), ImageReference.parse(reference)));
        try {
            Image renamed = get(engine().images().inspect(reference));
            assertThat(renamed.id()).isEqualTo(id);
            assertThat(renamed.tags()).containsExactly(reference);
            fails(engine().images().inspect(image()), EngineException.NotFound.class, "NO_SUCH_IMAGE");
        } finally {
            run(engine().images().tag(id, tagOf(image())));
        }
    }

    private static ImageReference tagOf(String reference) {
        int colon = reference.lastIndexOf(':');
        return new ImageReference(reference.substring(0, colon), reference.substring(colon + 1), null);
    }

    @Test
    default void aTagIsAnotherNameOfTheSameImage() {
        needs(Capability.IMAGES, Capability.IMAGE_TAG);
        assumeTrue(imagesHaveSeveralNames(), "the engine lacks several names of one image");
        String reference = made().imageReference();

        run(engine().images().tag(image(), ImageReference.parse(reference)));

        Image image = get(engine().images().inspect(image()));
        assertThat(get(engine().images().inspect(reference)).id()).isEqualTo(image.id());
        assertThat(image.tags()).contains(image(), reference);
    }

    @Test
    default void removingOneOfSeveralNamesKeepsTheImage() {
        needs(Capability.IMAGES, Capability.IMAGE_TAG);
        assumeTrue(imagesHaveSeveralNames(), "the engine lacks several names of one image");
        String reference = made().imageReference();
        run(engine().images().tag(image(), ImageReference.parse(reference)));

        RemovedImage removed = get(engine().images().remove(reference, false));

        assertThat(removed.untagged()).containsExactly(reference);
        assertThat(removed.deleted()).isEmpty();
        fails(engine().images().inspect(reference), EngineException.NotFound.class, "NO_SUCH_IMAGE");
        assertThat(get(engine().images().inspect(image())).tags()).doesNotContain(reference);
    }

    @Test
    default void removingTheLastNameRemovesTheImage() {
        needs(Capability.IMAGES, Capability.COMMIT);
        String reference = made().imageReference();
        String id = commit(reference);

        RemovedImage removed = get(engine().images().remove(reference, false));

        assertThat(removed.untagged()).contains(reference);
        assertThat(removed.deleted()).contains(id);
        fails(engine().images().inspect(id), EngineException.NotFound.class, "NO_SUCH_IMAGE");
    }

    @Test
    default void anImageWithSeveralNamesIsRemovedByIdOnlyByForce() {
        needs(Capability.IMAGES, Capability.COMMIT, Capability.IMAGE_TAG);
        String first = made().imageReference();
        String id = commit(first);
        String second = made().imageReference();
        run(engine().images().tag(id, ImageReference.parse(second)));

        fails(engine().images().remove(id, false), EngineException.Conflict.class, "IMAGE_IN_USE");

        assertThat(get(engine().images().remove(id, true)).untagged()).contains(first, second);
    }

    @Test
    default void anImageThatAContainerUsesIsRemovedOnlyByForce() {
        needs(Capability.IMAGES, Capability.COMMIT);
        String reference = made().imageReference();
        commit(reference);
        made().container(SpecBuilder.like(idle()).image(reference).build());

        fails(engine().images().remove(reference, false), EngineException.Conflict.class, "IMAGE_IN_USE");

        run(engine().images().remove(reference, true));
        fails(engine().images().inspect(reference), EngineException.NotFound.class, "NO_SUCH_IMAGE");
    }

    @Test
    default void anImageThatIsNotThereIsNotFound() {
        needs(Capability.IMAGES);

        fails(engine().images().inspect(missingImage()), EngineException.NotFound.class, "NO_SUCH_IMAGE");
        fails(engine().images().remove(missingImage(), false), EngineException.NotFound.class, "NO_SUCH_IMAGE");
        fails(engine().images().remove(missingImage(), true), EngineException.NotFound.class, "NO_SUCH_IMAGE");
    }

    @Test
    default void anImageThatIsNotThereHasNoHistoryAndGetsNoName() {
        needs(Capability.IMAGE_HISTORY, Capability.IMAGE_TAG);
        ImageReference target = ImageReference.parse(made().imageReference());

        fails(engine().images().history(missingImage()), EngineException.NotFound.class, "NO_SUCH_IMAGE");
        fails(engine().images().tag(missingImage(), target), EngineException.NotFound.class, "NO_SUCH_IMAGE");
    }

    @Test
    default void pullingWhatNoRegistryHasFailsWithNotFound() {
        needs(Capability.PULL);

        fails(
                engine().images().pull(new PullSpec(ImageReference.parse(missingImage()), null, null)),
                EngineException.NotFound.class,
                "NO_SUCH_IMAGE");
    }

    @Test
    default void aPulledImageIsThereWhenThePullCompletes() {
        needs(Capability.PULL);
        String reference = pullableImage();
        assumeTrue(reference != null, "the engine lacks a registry that can be reached");
        assert reference != null;

        List<PullProgress> steps = get(engine().images()
                .pull(new PullSpec(ImageReference.parse(reference), null, null))
                .collectList());

        assertThat(steps)
                .isNotEmpty()
                .anySatisfy(step -> assertThat(step.layer()).isNotNull());
        assertThat(get(engine().images().inspect(reference)).tags()).contains(reference);
        run(engine().images().remove(reference, true));
    }

    /** How this engine makes an image of something else than a container. */
    default ImportSpec importing(String reference) {
        throw new IllegalStateException("an engine that makes images says how: " + reference);
    }

    @Test
    default void anImageIsMadeOfWhatTheEngineCanReach() {
        needs(Capability.IMAGE_IMPORT);
        String reference = made().imageReference();

        List<ImageStep> steps = get(engine().images().make(importing(reference)).collectList());

        Image image = get(engine().images().inspect(reference));
        assertThat(steps.getLast().image()).isEqualTo(image.id());
        assertThat(image.tags()).contains(reference);
        isRun(reference);
    }

    /** The folder is on the host of the tests, which is the engine's as well. */
    @Test
    default void anImageIsBuiltOfAFolderOnTheEnginesHost(@TempDir Path folder) throws IOException {
        needs(Capability.IMAGE_BUILD);
        String reference = made().imageReference();
        Files.writeString(folder.resolve("Dockerfile"), """
                FROM %s
                RUN echo built > /built
                """.formatted(image()));

        List<ImageStep> steps = get(engine().images()
                .build(new BuildSpec(folder.toString(), null, reference, Map.of()))
                .collectList());

        assertThat(steps.getLast().image())
                .isEqualTo(get(engine().images().inspect(reference)).id());
        isRun(reference);
    }

    @Test
    default void whatCannotBeBuiltLeavesNoImage(@TempDir Path folder) throws IOException {
        needs(Capability.IMAGE_BUILD);
        String reference = made().imageReference();
        List<String> before = ids(get(engine().images().list()));
        Files.writeString(folder.resolve("Dockerfile"), """
                FROM %s
                RUN exit 3
                """.formatted(image()));

        StepVerifier.create(engine().images()
                        .build(new BuildSpec(folder.toString(), null, reference, Map.of()))
                        .then())
                .expectErrorSatisfies(failure -> assertThat(failure).isInstanceOf(EngineException.class))
                .verify(WAIT);

        fails(engine().images().inspect(reference), EngineException.NotFound.class, "NO_SUCH_IMAGE");
        assertThat(ids(get(engine().images().list()))).containsExactlyInAnyOrderElementsOf(before);
    }

    private static List<String> ids(List<Image> images) {
        return images.stream().map(Image::id).toList();
    }

    private void isRun(String reference) {
        ContainerId id = made().container(
                        SpecBuilder.like(ContainerSpec.of(reference, requireNonNull(idle().command())))
                                .build());
        run(containers().start(id));
        assertThat(get(containers().inspect(id)).image()).isEqualTo(reference);
    }

    private String commit(String reference) {
        ContainerId id = made().container(idle());
        int colon = reference.lastIndexOf(':');
        String image = get(containers()
                .commit(
                        id,
                        new CommitSpec(
                                reference.substring(0, colon),
                                reference.substring(colon + 1),
                                null,
                                null,
                                List.of(),
                                false)));
        run(containers().remove(id, true, true));
        return image;
    }
}
