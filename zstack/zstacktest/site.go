package zstacktest

import (
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// A Site holds the UUIDs of what [WithSite] puts into a node: one of each thing
// that a VM instance needs.
type Site struct {
	ZoneUUID             string
	ClusterUUID          string
	HostUUID             string
	PrimaryStorageUUID   string
	BackupStorageUUID    string
	ImageUUID            string
	InstanceOfferingUUID string
	DiskOfferingUUID     string
	L2NetworkUUID        string
	L3NetworkUUID        string
	IPRangeUUID          string
}

// Site returns what [WithSite] has put into the node. Without that option every
// UUID in it is empty.
func (n *Node) Site() Site { return n.site }

// addSite fills an empty node. The addresses of its network suffice for 65,000 VM
// instances.
func (n *Node) addSite(now time.Time) {
	add := func(kind string, fields map[string]any) string {
		return n.store.Insert(kind, now, fields).Key
	}
	s := &n.site
	s.ZoneUUID = add("Zone", map[string]any{"name": "zone-1"})
	s.ClusterUUID = add("Cluster", map[string]any{"name": "cluster-1", "zoneUuid": s.ZoneUUID})
	s.HostUUID = add("Host", map[string]any{
		"name": "host-1", "zoneUuid": s.ZoneUUID, "clusterUuid": s.ClusterUUID, "managementIp": "10.0.0.11",
		"username": "root", "sshPort": int64(22),
	})
	s.PrimaryStorageUUID = add("PrimaryStorage", map[string]any{
		"name": "primary-1", "zoneUuid": s.ZoneUUID, "url": "/zstack_ps", "mountPath": "/zstack_ps",
		"attachedClusterUuids": []string{s.ClusterUUID},
	})
	s.BackupStorageUUID = add("BackupStorage", map[string]any{
		"name": "backup-1", "url": "/zstack_bs", "hostname": "10.0.0.12", "username": "root", "sshPort": int64(22),
		"attachedZoneUuids": []string{s.ZoneUUID},
	})
	s.ImageUUID = add("Image", map[string]any{"name": "image-1", "url": "http://10.0.0.12/image-1.qcow2"})
	n.storeImage(n.store.Get("Image", s.ImageUUID), n.store.Get("BackupStorage", s.BackupStorageUUID), now)
	s.InstanceOfferingUUID = add("InstanceOffering", map[string]any{
		"name": "offering-1", "cpuNum": int64(2), "memorySize": int64(4 << 30),
	})
	s.DiskOfferingUUID = add("DiskOffering", map[string]any{"name": "disk-1", "diskSize": int64(20 << 30)})
	s.L2NetworkUUID = add("L2Network", map[string]any{
		"name": "l2-1", "zoneUuid": s.ZoneUUID, "attachedClusterUuids": []string{s.ClusterUUID},
	})
	s.L3NetworkUUID = add("L3Network", map[string]any{
		"name": "l3-1", "zoneUuid": s.ZoneUUID, "l2NetworkUuid": s.L2NetworkUUID,
	})
	s.IPRangeUUID = add("IpRange", map[string]any{
		"name": "range-1", "l3NetworkUuid": s.L3NetworkUUID, "startIp": "172.20.0.10", "endIp": "172.20.255.250",
		"gateway": "172.20.0.1", "netmask": "255.255.0.0", "networkCidr": "172.20.0.0/16", "prefixLen": int64(16),
	})
}

// storeImage notes that an image is on a backup storage.
func (n *Node) storeImage(image, bs *store.Row, now time.Time) {
	n.store.Insert("ImageBackupStorageRef", now, map[string]any{
		"imageUuid": image.Key, "backupStorageUuid": bs.Key,
		"installPath": bs.Str("url") + "/rootVolumeTemplates/acct-" + adminUUID + "/" + image.Key + "/" + image.Key + "." + image.Str("format"),
	})
}
