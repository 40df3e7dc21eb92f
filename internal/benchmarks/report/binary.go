package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
)

// benchmarks is the package that has the benchmarks.
const benchmarks = "github.com/zstack-go/zstack-go/internal/benchmarks"

// A binary is the benchmarks' test program, built once for all samples, and that of the
// module which has other libraries beside the SDK.
type binary struct {
	path  string
	peers string
	temp  string
	home  string // the directory of the benchmarks' source, where tests run
	root  string // the module's
}

func build(ctx context.Context, temp string) (*binary, error) {
	out, err := output(exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}\n{{.Module.Dir}}", benchmarks))
	if err != nil {
		return nil, err
	}
	home, root, _ := strings.Cut(strings.TrimSpace(out), "\n")
	b := &binary{path: filepath.Join(temp, "benchmarks.test"), peers: filepath.Join(temp, "peers.test"), temp: temp, home: home, root: root}
	if _, err = output(exec.CommandContext(ctx, "go", "test", "-c", "-o", b.path, benchmarks)); err != nil {
		return nil, err
	}
	_, err = output(exec.CommandContext(ctx, "go", "test", "-C", filepath.Join(home, "peers"), "-c", "-o", b.peers, "."))
	return b, err
}

// run runs benchmarks once and returns what they print. Those with other libraries are in
// a program of their own.
func (b *binary) run(ctx context.Context, pattern, benchtime string, short bool, flags ...string) (string, error) {
	arguments := append([]string{"-test.run=^$", "-test.bench=" + pattern, "-test.benchtime=" + benchtime, "-test.timeout=20m"}, flags...)
	if short {
		arguments = append(arguments, "-test.short")
	}
	path := b.path
	if pattern == peersBenchmark {
		path = b.peers
	}
	cmd := exec.CommandContext(ctx, path, arguments...)
	cmd.Dir = b.home
	return output(cmd)
}

// profile prints where the time of a row's subject goes, and then who allocates.
// Profiles of allocations slow down what they look at, so that it is run once more.
func (b *binary) profile(ctx context.Context, out io.Writer, r row) error {
	if r.profiled == "" {
		return fmt.Errorf("%s has no profile: what it measures is not in its process", r.name)
	}
	for _, kind := range []struct {
		file, index string
		flags       []string
	}{
		{"cpu.prof", "cpu", []string{"-test.cpuprofile"}},
		{"mem.prof", "alloc_objects", []string{"-test.memprofilerate=512", "-test.memprofile"}},
	} {
		file := filepath.Join(b.temp, kind.file)
		if _, err := b.run(ctx, r.profiled, r.profileTime, false, append(kind.flags, file)...); err != nil {
			return err
		}
		// What makes up the data is not what is measured.
		text, err := output(exec.CommandContext(ctx, "go", "tool", "pprof", "-top", "-nodecount=15", "-sample_index="+kind.index,
			`-ignore=sample\.\(\*Cloud\)`, b.path, file))
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s of %s\n%s\n", kind.index, r.profiled, text)
	}
	return nil
}

// output runs a command and returns what it prints, also in the error.
func output(cmd *exec.Cmd) (string, error) {
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s: %w\n%s%s", filepath.Base(cmd.Path), err, out.String(), errs.String())
	}
	return out.String(), nil
}
