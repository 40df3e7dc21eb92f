package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// A machine is where the figures come from.
type machine struct {
	processor string
	cores     int
	memory    string
	system    string
	goVersion string
	modules   []string
	date      time.Time
}

// jsonModules are the JSON libraries that the figures depend on.
var jsonModules = []string{"github.com/go-json-experiment/json"}

func thisMachine(ctx context.Context, root string) (machine, error) {
	cmd := exec.CommandContext(ctx, "go", append([]string{"list", "-m", "-f", "{{.Path}} {{.Version}}"}, jsonModules...)...)
	cmd.Dir = root
	out, err := output(cmd)
	return machine{
		processor: cmp.Or(line("/proc/cpuinfo", "model name"), "unknown processor"),
		cores:     runtime.NumCPU(),
		memory:    memory(line("/proc/meminfo", "MemTotal")),
		system:    runtime.GOOS + "/" + runtime.GOARCH,
		goVersion: runtime.Version(),
		modules:   strings.Split(strings.TrimSpace(out), "\n"),
		date:      time.Now(),
	}, err
}

// line is the value under a name in a file of /proc, which only Linux has.
func line(file, name string) string {
	data, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	for text := range strings.Lines(string(data)) {
		if key, value, ok := strings.Cut(text, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// memory reads a size such as "24684140 kB".
func memory(total string) string {
	kilobytes, err := strconv.ParseFloat(strings.TrimSuffix(total, " kB"), 64)
	if err != nil {
		return "unknown memory"
	}
	return fmt.Sprintf("%.0f GB of memory", kilobytes/(1<<20))
}

func (m machine) String() string {
	return fmt.Sprintf("%s, %d cores, %s; %s; %s with its encoding/json; %s; %s.\n",
		m.processor, m.cores, m.memory, m.system, m.goVersion, strings.Join(m.modules, ", "), m.date.Format("2 January 2006"))
}
