package dev.roadstead.adapter.lxd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roadstead.container.ContainerId;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineSettings.Remote;
import dev.roadstead.image.PullProgress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LxdStoreMappingTest {
    private static final Dialect LXD = new Dialect("lxd", "5.0.2", Set.of(), 0);
    private static final Dialect INCUS = new Dialect("incus", "6.3", Set.of(RemoteImage.OCI), 0);
    private static final Map<String, Remote> REMOTES =
            Map.of("images", new Remote(URI.create("https://images.example.com"), "simplestreams", null));

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "10.1.2.0/24,-,10.1.2.1/24",
                "10.1.2.0/24,10.1.2.254,10.1.2.254/24",
                "192.168.128.0/17,192.168.200.1,192.168.200.1/17",
                "10.1.2.0/24,10.1.3.1,-",
                "10.1.2.0/33,-,-",
                "10.1.2.256/24,-,-",
                "none,-,-"
            })
    void aSubnetAndItsGatewayBecomeOneAddress(String subnet, @Nullable String gateway, @Nullable String address) {
        Ipv4Range range = Ipv4Range.of(subnet, gateway);

        assertThat(range == null ? null : range.toString()).isEqualTo(address);
        if (range != null) {
            assertThat(Objects.requireNonNull(Ipv4Range.parse(address)).subnet())
                    .isEqualTo(subnet);
        }
    }

    @Test
    void instancesAreFoundAmongWhatRefersToAThing() {
        assertThat(UsedBy.instances(List.of(
                        "/1.0/profiles/default",
                        "/1.0/instances/web",
                        "/1.0/instances/db?project=shop",
                        "/1.0/instances/web")))
                .containsExactly(new ContainerId("web"), new ContainerId("shop.db"));
    }

    @Test
    void anAliasOfAKnownRemoteIsFetchedFromThere() {
        RemoteImage image = image("images:alpine/3.20", LXD);

        assertThat(Objects.requireNonNull(image).source())
                .containsEntry("server", "https://images.example.com")
                .containsEntry("protocol", "simplestreams")
                .containsEntry("alias", "alpine/3.20");
        assertThat(image("nowhere:alpine", LXD)).isNull();
        assertThat(image("alpine", LXD)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "docker.io/library/nginx:1,https://docker.io,library/nginx:1",
        "docker://nginx:1,https://docker.io,library/nginx:1",
        "registry.example.com:5000/shop/web:1,https://registry.example.com:5000,shop/web:1"
    })
    void incusTakesImagesOfRegistriesAndLxdSaysThatItDoesNot(String text, String server, String alias) {
        assertThat(Objects.requireNonNull(image(text, INCUS)).source())
                .containsEntry("server", server)
                .containsEntry("protocol", "oci")
                .containsEntry("alias", alias);
        assertThatThrownBy(() -> image(text, LXD))
                .isInstanceOf(EngineException.InvalidRequest.class)
                .hasMessageContaining("LXD has no images of registries");
    }

    @Test
    void theProgressOfADownloadIsTold() {
        LxdWire.Operation operation = LxdWire.mapper().readValue("""
                        {"id":"1","status_code":103,"may_cancel":true,"metadata":{"download_progress":"rootfs: 45% (12.3MB/s)",
                         "progress":{"percent":"45","processed":"4096"}}}
                        """, LxdWire.Operation.class);

        assertThat(LxdImageMapping.progress(operation))
                .isEqualTo(new PullProgress("rootfs", "rootfs: 45% (12.3MB/s)", 4096L, null));
    }

    private static @Nullable RemoteImage image(String text, Dialect dialect) {
        return RemoteImage.of(text, REMOTES, dialect, EngineException.Evidence.NONE);
    }
}
