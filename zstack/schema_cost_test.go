package zstack

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/internal/schema"
	"github.com/zstack-go/zstack-go/internal/wire"
	"github.com/zstack-go/zstack-go/types"
)

type manyMachines struct {
	Inventories []types.VmInstanceInventory `json:"inventories"`
}

type manyThings struct {
	Inventories []any `json:"inventories"`
}

func (*manyThings) Named(class string) any { return types.New(class) }

type manyStorages struct {
	Inventories []types.PrimaryStorageInventory `json:"inventories"`
}

// machines is a reply with machines, each with a nic and two volumes, and its
// schema, in the order of the server: what is inside first.
func machines(count int) (body, withSchema string) {
	const createDate = `"createDate":"Nov 14, 2017 10:20:57 PM","lastOpDate":"Nov 14, 2017 10:20:57 PM"`
	var rows, schema []string
	for i := range count {
		uuid := fmt.Sprintf("%032x", i)
		volume := func(n int, kind string) string {
			return fmt.Sprintf(`{"uuid":"%s","name":"volume-%d-%d","primaryStorageUuid":"%s","vmInstanceUuid":"%s","diskOfferingUuid":"%s","installPath":"/zstack_ps/rootVolumes/acct-%s/vol-%s.qcow2",`+
				`"type":"%s","format":"qcow2","size":4.294967296E10,"actualSize":1.073741824E9,"deviceId":%d.0,"state":"Enabled","status":"Ready","isShareable":false,%s}`,
				uuid, i, n, uuid, uuid, uuid, uuid, uuid, kind, n, createDate)
		}
		rows = append(rows, fmt.Sprintf(`{"uuid":"%s","name":"vm-%d","description":"a machine","zoneUuid":"%s","clusterUuid":"%s","imageUuid":"%s","hostUuid":"%s","lastHostUuid":"%s",`+
			`"instanceOfferingUuid":"%s","rootVolumeUuid":"%s","platform":"Linux","defaultL3NetworkUuid":"%s","type":"UserVm","hypervisorType":"KVM","memorySize":8.589934592E9,"cpuNum":4.0,"cpuSpeed":0.0,`+
			`"allocatorStrategy":"LeastVmPreferredHostAllocatorStrategy","state":"Running","architecture":"x86_64","guestOsType":"CentOS 7",%s,`+
			`"vmNics":[{"uuid":"%s","vmInstanceUuid":"%s","l3NetworkUuid":"%s","ip":"10.0.0.1","mac":"fa:0a:0b:0c:0d:0e","netmask":"255.255.0.0","gateway":"10.0.0.1","ipVersion":4.0,"deviceId":0.0,"type":"VNIC","internalName":"vnic%d.0",%s}],`+
			`"allVolumes":[%s,%s]}`,
			uuid, i, uuid, uuid, uuid, uuid, uuid, uuid, uuid, uuid, createDate, uuid, uuid, uuid, i, createDate, volume(0, "Root"), volume(1, "Data")))
		schema = append(schema, fmt.Sprintf(`"inventories[%[1]d].vmNics[0]":"org.zstack.header.vm.VmNicInventory","inventories[%[1]d].allVolumes[0]":"org.zstack.header.volume.VolumeInventory",`+
			`"inventories[%[1]d].allVolumes[1]":"org.zstack.header.volume.VolumeInventory","inventories[%[1]d]":"org.zstack.header.vm.VmInstanceInventory"`, i))
	}
	body = `{"inventories":[` + strings.Join(rows, ",") + `]`
	return body + "}", body + `,"schema":{` + strings.Join(schema, ",") + `,"error":"org.zstack.header.errorcode.ErrorCode"}}`
}

// cephs is a reply whose every row is of a subtype, whose own members are of
// some too.
func cephs(count int) string {
	var rows, schema []string
	for i := range count {
		rows = append(rows, fmt.Sprintf(`{"uuid":"%032x","name":"ps-%d","type":"Ceph","totalCapacity":1.0E12,"fsid":"f","pools":[{"poolName":"p"}]}`, i, i))
		schema = append(schema, fmt.Sprintf(`"inventories[%[1]d].pools[0]":"org.zstack.storage.ceph.primary.CephPrimaryStoragePoolInventory",`+
			`"inventories[%[1]d]":"org.zstack.storage.ceph.primary.CephPrimaryStorageInventory"`, i))
	}
	return `{"inventories":[` + strings.Join(rows, ",") + `],"schema":{` + strings.Join(schema, ",") + `}}`
}

func decodeMany[T any](tb testing.TB, body []byte) *T {
	tb.Helper()
	c := new(Client)
	c.zone.Store(wire.NewDecoder(time.UTC))
	result := new(T)
	require.NoError(tb, c.decodeResult(body, result, schema.Suspicion{}))
	return result
}

func BenchmarkDecodeMachines(b *testing.B) {
	plain, withSchema := machines(10_000)
	for name, text := range map[string]string{"schema=no": plain, "schema=yes": withSchema} {
		b.Run(name, func(b *testing.B) {
			body := []byte(text)
			b.ReportAllocs()
			for b.Loop() {
				decodeMany[manyMachines](b, body)
			}
		})
	}
}

// BenchmarkDecodeAny reads the same machines into a list of any.
func BenchmarkDecodeAny(b *testing.B) {
	for _, count := range []int{1_000, 10_000} {
		_, text := machines(count)
		b.Run(fmt.Sprint("rows=", count), func(b *testing.B) {
			body := []byte(text)
			b.ReportAllocs()
			for b.Loop() {
				decodeMany[manyThings](b, body)
			}
		})
	}
}

func BenchmarkDecodeSubtypes(b *testing.B) {
	for _, count := range []int{1_000, 10_000} {
		body := []byte(cephs(count))
		b.Run(fmt.Sprint("rows=", count), func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				decodeMany[manyStorages](b, body)
			}
		})
	}
}

// Not parallel: others would allocate at the same time.
func TestASchemaThatChangesNothingIsNotKept(t *testing.T) {
	plain, withSchema := machines(500)
	count := func(body string) float64 {
		data := []byte(body)
		return testing.AllocsPerRun(5, func() { decodeMany[manyMachines](t, data) })
	}
	require.Less(t, count(withSchema)-count(plain), 100.0)
}
