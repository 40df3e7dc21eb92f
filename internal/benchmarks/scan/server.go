package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// serveVariable tells a process that it is the server.
const serveVariable = "ZSTACK_SCAN_SERVE"

// startServer starts this program again as the server, so that its memory is not
// taken for the client's.
func startServer(ctx context.Context, rows int) (endpoint string, end func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	server := exec.CommandContext(ctx, self, "-rows", strconv.Itoa(rows))
	server.Env = append(os.Environ(), serveVariable+"=1")
	server.Stderr = os.Stderr
	in, err := server.StdinPipe() // the server ends when it is closed
	if err != nil {
		return "", nil, err
	}
	out, err := server.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := server.Start(); err != nil {
		return "", nil, err
	}
	end = func() {
		_ = in.Close()
		_ = server.Wait() // it has nothing more to say
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		end()
		return "", nil, fmt.Errorf("the server did not say where it is: %w", err)
	}
	return strings.TrimSpace(line), end, nil
}

// serve is the server's process: it prints its address, and ends with its input.
func serve(rows int) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: newTable(rows)}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = server.Close()
	}()
	fmt.Printf("http://%s\n", l.Addr())
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// A table answers queries for VM instances. The uuid of a row is its number.
type table struct{ next []int32 } // of each row, the one that follows it

func newTable(rows int) *table {
	t := &table{next: make([]int32, rows)}
	for i := range t.next {
		t.next[i] = int32(i + 1)
	}
	return t
}

func (t *table) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	first, limit, err := t.find(r.URL.Query())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	out := bufio.NewWriterSize(w, 64<<10)
	_, _ = out.WriteString(`{"inventories":[`)
	for i := first; i < min(first+limit, len(t.next)); i++ {
		if i > first {
			_ = out.WriteByte(',')
		}
		writeRow(out, i)
	}
	_, _ = out.WriteString(`],"schema":{}}`)
	_ = out.Flush() // the client has gone
}

// find returns the first row that a query asks for, and how many it wants.
func (t *table) find(query url.Values) (first, limit int, err error) {
	if limit, err = strconv.Atoi(query.Get("limit")); err != nil {
		return 0, 0, err
	}
	for _, c := range query["q"] {
		key, ok := strings.CutPrefix(c, "uuid>")
		if !ok {
			return 0, 0, fmt.Errorf("the condition %q is not about the uuid", c)
		}
		last, err := strconv.Atoi(strings.TrimLeft(key, "0"))
		if err != nil && strings.Trim(key, "0") != "" {
			return 0, 0, err
		}
		first = last + 1
	}
	if text := query.Get("start"); text != "" {
		start, err := strconv.Atoi(text)
		if err != nil {
			return 0, 0, err
		}
		for range min(start, len(t.next)) {
			first = int(t.next[min(first, len(t.next)-1)])
		}
	}
	return first, limit, nil
}

// writeRow writes a VM instance with a NIC and two volumes as the server does.
func writeRow(out *bufio.Writer, i int) {
	uuid := fmt.Sprintf("%032d", i)
	fmt.Fprintf(out, `{"uuid":%[1]q,"name":"vm-%[2]d","zoneUuid":"8b78f4d7367c41dd86ebdd59052af8b9","clusterUuid":"b429625fe2704a3e94d698ccc0fae4fb",`+
		`"imageUuid":"93005c8a2a314a489635eca3c30794d4","hostUuid":"e3a4bd8cfa184e6c8a0a5f2c0d27e8d1","instanceOfferingUuid":"43d7a3d5c5a5462a8a2dcb6bd23f0d26",`+
		`"rootVolumeUuid":"f0%[3]s","platform":"Linux","hypervisorType":"KVM","memorySize":8.589934592E9,"cpuNum":4,"cpuSpeed":0,`+
		`"createDate":"Nov 14, 2017 10:20:57 PM","lastOpDate":"Nov 14, 2017 10:20:57 PM","state":"Running","type":"UserVm",`+
		`"vmNics":[{"uuid":"a0%[3]s","vmInstanceUuid":%[1]q,"l3NetworkUuid":"c1f2b2e5a5d14c0e8a0a5f2c0d27e8d1","ip":"10.0.0.1","mac":"fa:16:3e:00:00:01",`+
		`"netmask":"255.255.0.0","gateway":"10.0.0.254","deviceId":0,"createDate":"Nov 14, 2017 10:20:57 PM"}],"allVolumes":[`, uuid, i, uuid[2:])
	for n, kind := range []string{"Root", "Data"} {
		if n > 0 {
			_ = out.WriteByte(',')
		}
		fmt.Fprintf(out, `{"uuid":"f%[1]d%[2]s","name":"%[3]s-for-vm","vmInstanceUuid":%[4]q,"type":"%[3]s","format":"qcow2","size":42949672960,"actualSize":1.503238553E9,`+
			`"deviceId":%[1]d,"state":"Enabled","status":"Ready","createDate":"Nov 14, 2017 10:20:57 PM"}`, n, uuid[2:], kind, uuid)
	}
	_, _ = out.WriteString(`]}`)
}
