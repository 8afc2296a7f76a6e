package dev.roadstead.engine;

import static dev.roadstead.engine.ContractSubject.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerStatus;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Mono;

/** What every engine must do, whatever its family. Whoever implements this gets all of it as tests. */
@ExtendWith(SupportRecorder.class)
public interface EngineContract
        extends CapabilityContract,
                InventoryContract,
                SpecificationContract,
                LifecycleContract,
                WaitContract,
                LogsContract,
                ObservationContract,
                FilesContract,
                ImagesContract,
                VolumesContract,
                NetworksContract,
                ExecContract,
                AttachContract,
                EventsContract,
                UpdateContract,
                CloneContract,
                SnapshotsContract,
                PruneContract,
                LoadContract,
                PodsContract,
                NativeContract {

    @Test
    default void anEngineTellsItsCapabilitiesEachWithAReasonUnlessNative() {
        needs(Capability.CONTAINERS);
        Capabilities capabilities = get(engine().describe()).capabilities();

        assertThat(capabilities.has(Capability.CONTAINERS)).isTrue();
        for (Capability capability : Capability.values()) {
            Capability.Support support = capabilities.of(capability);
            assertThat(support.reason() != null || support.level() == Capability.Level.NATIVE)
                    .as(capability.word())
                    .isTrue();
        }
    }

    @Test
    default void describingTwiceTellsTheSame() {
        assertThat(get(engine().describe())).isEqualTo(get(engine().describe()));
    }

    @Test
    default void aPingTellsHowLongItTook() {
        assertThat(get(engine().ping())).isBetween(Duration.ZERO, WAIT);
    }

    @Test
    default void theEndpointShowsNoCredentials() {
        assertThat(engine().endpoint().getRawUserInfo())
                .satisfiesAnyOf(
                        user -> assertThat(user).isNull(),
                        user -> assertThat(user).doesNotContain(":"));
    }

    @Test
    default void theInfoCountsARunningContainer() {
        needs(Capability.INFO);
        running();

        EngineInfo info = get(engine().info());

        if (info.containers() != null) {
            assertThat(info.containers()).isPositive();
        }
        if (info.containersRunning() != null) {
            assertThat(info.containersRunning()).isPositive();
        }
    }

    @Test
    default void theDiskUsageCountsAnImage() {
        needs(Capability.DISK_USAGE, Capability.IMAGES);

        DiskUsage usage = get(engine().diskUsage());

        if (usage.images() != null) {
            assertThat(usage.images().count()).isPositive();
            assertThat(usage.images().size()).isPositive();
        }
    }

    @Test
    default void aCallThatNobodySubscribesToDoesNothing() {
        var id = made().container(idle());

        Mono<Boolean> start = containers().start(id);

        assertThat(status(id)).isEqualTo(ContainerStatus.CREATED);
        assertThat(get(start)).isTrue();
    }
}
