package dev.roadstead.adapter.lxd;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.RestartPolicy;
import dev.roadstead.engine.EngineContract;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The contract as LXD and Incus have to keep it. */
interface LxdContract extends EngineContract {
    @Override
    default String image() {
        return "busybox";
    }

    /** Volumes are mounted when it starts. */
    @Override
    default ContainerId containerForVolumes(ContainerSpec spec) {
        return started(spec);
    }

    @Override
    default ImageFile imageFile() {
        return new ImageFile(LxdImageFile.of(made().name()), null);
    }

    @Override
    default @Nullable String pullableImage() {
        return "lab:busybox/1";
    }

    /** Its init runs until it is told to stop. */
    @Override
    default ContainerSpec idle() {
        return ContainerSpec.of(image(), List.of());
    }

    /** Incus starts again whatever ended. */
    @Override
    default RestartPolicy restartPolicy() {
        return new RestartPolicy(RestartPolicy.Name.ALWAYS, 0);
    }
}
