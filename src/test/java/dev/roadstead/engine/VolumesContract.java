package dev.roadstead.engine;

import static dev.roadstead.engine.ContractSubject.fails;
import static dev.roadstead.engine.ContractSubject.get;
import static dev.roadstead.engine.ContractSubject.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.Mount;
import dev.roadstead.volume.Volume;
import dev.roadstead.volume.VolumeSpec;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Volumes outlive containers and are protected by those that use them. */
public interface VolumesContract extends ContractSubject {
    /** A container whose volumes are reached with its files; engines that mount them only while it runs start it. */
    default ContainerId containerForVolumes(ContainerSpec spec) {
        return withFilesToReach(spec);
    }

    @Test
    default void aNewVolumeIsListedAndDescribed() {
        needs(Capability.VOLUMES);

        Volume volume = made().volume();

        assertThat(volume.driver()).isNotBlank();
        assertThat(get(engine().volumes().inspect(volume.name())).labels()).isEqualTo(volume.labels());
        assertThat(get(engine().volumes().list())).extracting(Volume::name).contains(volume.name());
    }

    @Test
    default void aVolumeBearsItsLabels() {
        needs(Capability.VOLUMES, Capability.VOLUME_LABELS);

        assertThat(made().volume().labels()).containsAllEntriesOf(made().labels());
    }

    @Test
    default void aVolumeWithoutANameGetsOne() {
        needs(Capability.VOLUMES);

        Volume volume = get(engine().volumes()
                .create(new VolumeSpec(null, null, Map.of(), made().labelsIf(Capability.VOLUME_LABELS))));
        made().alsoVolume(volume.name());

        assertThat(volume.name()).isNotBlank();
    }

    @Test
    default void aTakenVolumeNameIsRefused() {
        needs(Capability.VOLUMES);
        Volume volume = made().volume();

        fails(
                engine().volumes().create(new VolumeSpec(volume.name(), null, Map.of(), Map.of())),
                EngineException.AlreadyExists.class,
                "NAME_IN_USE");
    }

    @Test
    default void aRemovedVolumeIsGone() {
        needs(Capability.VOLUMES);
        Volume volume = made().volume();

        run(engine().volumes().remove(volume.name(), false));

        fails(engine().volumes().inspect(volume.name()), EngineException.NotFound.class, "NO_SUCH_VOLUME");
    }

    @Test
    default void aVolumeThatIsNotThereIsNotFound() {
        needs(Capability.VOLUMES);

        fails(engine().volumes().inspect("roadstead-test-none"), EngineException.NotFound.class, "NO_SUCH_VOLUME");
        fails(
                engine().volumes().remove("roadstead-test-none", false),
                EngineException.NotFound.class,
                "NO_SUCH_VOLUME");
    }

    @Test
    default void aVolumeThatAContainerRefersToIsNotRemoved() {
        needs(Capability.VOLUMES, Capability.MOUNT_VOLUME);
        Volume volume = made().volume();
        made().container(with(volume.name()));

        fails(engine().volumes().remove(volume.name(), false), EngineException.Conflict.class, "VOLUME_IN_USE");

        Boolean inUse = get(engine().volumes().inspect(volume.name())).inUse();
        assertThat(inUse == null || inUse).isTrue();
    }

    @Test
    default void aContainerTellsItsVolume() {
        needs(Capability.VOLUMES, Capability.MOUNT_VOLUME);
        Volume volume = made().volume();

        ContainerId id = made().container(with(volume.name()));

        assertThat(get(containers().inspect(id)).mounts())
                .contains(new Mount(Mount.Type.VOLUME, volume.name(), "/data", false));
    }

    @Test
    default void aVolumeKeepsItsFilesWhenItsContainerIsRemoved() {
        needs(Capability.VOLUMES, Capability.MOUNT_VOLUME, Capability.ARCHIVE);
        Volume volume = made().volume();
        ContainerId first = containerForVolumes(with(volume.name()));
        run(engine().files().putArchive(first, "/data", Flux.just(FilesContract.tree())));

        run(containers().remove(first, true, true));

        ContainerId second = containerForVolumes(with(volume.name()));
        assertThat(get(engine().files().stat(second, "/data/roadstead/hello.txt"))
                        .size())
                .isEqualTo(6);
    }

    @Test
    default void anAnonymousVolumeIsRemovedWithItsContainerOnlyIfAsked() {
        needs(Capability.VOLUMES, Capability.MOUNT_VOLUME);
        ContainerId kept = made().container(with(null));
        ContainerId removed = made().container(with(null));
        String keptVolume = volumeOf(kept);
        String removedVolume = volumeOf(removed);

        run(containers().remove(kept, true, false));
        run(containers().remove(removed, true, true));

        assertThat(get(engine().volumes().inspect(keptVolume)).name()).isEqualTo(keptVolume);
        fails(engine().volumes().inspect(removedVolume), EngineException.NotFound.class, "NO_SUCH_VOLUME");
    }

    private String volumeOf(ContainerId id) {
        String name = Objects.requireNonNull(
                get(containers().inspect(id)).mounts().getFirst().source());
        made().alsoVolume(name);
        return name;
    }

    private ContainerSpec with(@Nullable String volume) {
        return SpecBuilder.like(idle())
                .mount(new Mount(Mount.Type.VOLUME, volume, "/data", false))
                .build();
    }
}
