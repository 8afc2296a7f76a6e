package dev.roadstead.nativeaccess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativePathTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "containers/json",
                "//containers/json",
                "/containers//json",
                "/containers/json/",
                "/containers/../swarm",
                "/containers/./json",
                "/containers/%2e%2e/swarm",
                "/containers/.%2E/swarm",
                "/containers/x%2F..%2F..%2Fswarm",
                "/containers%2F%2Fjson",
                "/containers/%252e%252e/swarm",
                "/containers/%25%32%65",
                "/containers/a%0d%0aHost:%20b/json",
                "/containers/a%00/json",
                "/containers/a\r\nHost: b/json",
                "/containers/a b/json",
                "/containers/a?b",
                "/containers/a#b",
                "/containers\\json",
                "/containers/a%5Cb",
                "/containers/..;/swarm",
                "/containers;a/json",
                "/containers/a%zz",
                "/containers/a%2",
                "/containers/a%ff",
                "http://elsewhere/containers/json"
            })
    void aPathThatAnEngineMightReadOtherwiseIsRefused(String path) {
        assertThatThrownBy(() -> NativePath.of(path))
                .isInstanceOfSatisfying(
                        NativeRefusal.class,
                        refusal -> assertThat(refusal.code()).isEqualTo("INVALID_PATH"));
    }

    @Test
    void rulesSeeAPathDecodedAndWithoutTheVersionBeforeIt() {
        assertThat(NativePath.of("/v1.41/%63ontainers/json").forms()).containsOnly("/containers/json");
        assertThat(NativePath.of("/v4.3.1/libpod/info").forms()).containsOnly("/libpod/info");
        assertThat(NativePath.of("/1.0/instances").forms()).containsOnly("/1.0/instances");
        assertThat(NativePath.of("/volumes/v1/x").forms()).containsOnly("/volumes/v1/x");
    }

    @Test
    void whatIsSentIsWhatWasGiven() {
        assertThat(NativePath.of("/v1.41/containers/%63/json").raw()).isEqualTo("/v1.41/containers/%63/json");
    }

    @Test
    void aSlashWithinASegmentIsSeenBothWays() {
        assertThat(NativePath.of("/1.0/storage-pools/p/volumes/custom/a%2Fb").forms())
                .containsExactly(
                        "/1.0/storage-pools/p/volumes/custom/a%2Fb", "/1.0/storage-pools/p/volumes/custom/a/b");
    }
}
