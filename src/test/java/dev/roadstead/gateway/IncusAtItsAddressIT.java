package dev.roadstead.gateway;

import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import dev.roadstead.testing.FreePort;
import dev.roadstead.transport.NoLeaks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Incus' own client at an address of a real Incus' own. */
@RequiresLab("newer")
@ExtendWith(NoLeaks.class)
class IncusAtItsAddressIT {
    @TempDir
    private Path folder;

    @Test
    void itsOwnClientWorksByItsCertificate() throws IOException {
        HouseDoor door = new HouseDoor();
        InstanceClient.identify(folder, door.pki().issue("client"));
        String address = "https://127.0.0.1:" + FreePort.draw();
        List<String> settings = new ArrayList<>(List.of(
                "roadstead.monitoring.interval=1h",
                "roadstead.engines.incus.kind=incus",
                "roadstead.engines.incus.listen=" + address,
                "roadstead.engines.incus.listen-bundle=" + HouseDoor.BUNDLE));
        settings.addAll(door.settings());
        try (RunningGateway _ =
                RunningGateway.start(Map.of("incus", Lab.incus().toString()), settings.toArray(String[]::new))) {
            new InstanceClient(new CommandLine(Map.of("INCUS_CONF", folder.toString())), Lab.incusClient())
                    .worksByItsCertificateAt(
                            address,
                            "roadstead-test-" + UUID.randomUUID().toString().substring(0, 8));
        }
    }
}
