package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.transport.TestPki;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The command of LXD, or of Incus, which is one of its kind.
 *
 * @param line where it finds its folder of settings
 */
record InstanceClient(CommandLine line, String program) {
    /** Puts what the command says who it is by into its folder of settings. */
    static void identify(Path folder, TestPki.Identity client) throws IOException {
        Files.writeString(folder.resolve("client.crt"), client.certificatePem());
        Files.writeString(folder.resolve("client.key"), client.keyPem());
    }

    /**
     * Launches an instance at an address where only its certificate speaks for it, looks at it and into it, and removes it.
     *
     * @param name the instance's
     */
    void worksByItsCertificateAt(String address, String name) throws IOException {
        String remote = "gw:" + name;
        line.ran(program, "remote", "add", "gw", address, "--accept-certificate");
        try {
            line.ran(program, "launch", "gw:busybox", remote);
            assertThat(line.ran(program, "exec", remote, "--", "sh", "-c", "echo in it"))
                    .isEqualTo("in it\n");
            assertThat(line.ran(program, "list", "gw:", "--format", "csv", "-c", "ns"))
                    .contains(name + ",RUNNING");
        } finally {
            line.ran(program, "delete", "--force", remote);
        }
    }
}
