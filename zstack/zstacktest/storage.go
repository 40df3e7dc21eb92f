package zstacktest

import (
	"slices"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
)

func storageAPIs() []*api {
	return []*api{
		on("AddLocalPrimaryStorage", addPrimaryStorage("LocalStorage")),
		on("AddNfsPrimaryStorage", addPrimaryStorage("NFS")),
		on("UpdatePrimaryStorage", update),
		on("ChangePrimaryStorageState", changeState),
		on("DeletePrimaryStorage", deletePrimaryStorage),
		on("AttachPrimaryStorageToCluster", attach("primaryStorageUuid", "attachedClusterUuids", "clusterUuid")),
		on("DetachPrimaryStorageFromCluster", detach("primaryStorageUuid", "attachedClusterUuids", "clusterUuid")),

		on("AddImageStoreBackupStorage", addBackupStorage("ImageStoreBackupStorage")),
		on("AddSftpBackupStorage", addBackupStorage("SftpBackupStorage")),
		on("UpdateBackupStorage", update),
		on("ChangeBackupStorageState", changeState),
		on("DeleteBackupStorage", remove),
		on("AttachBackupStorageToZone", attach("backupStorageUuid", "attachedZoneUuids", "zoneUuid")),
		on("DetachBackupStorageFromZone", detach("backupStorageUuid", "attachedZoneUuids", "zoneUuid")),
	}
}

func addPrimaryStorage(typ string) handler {
	return func(c *call) (*javajson.Object, *apierr.Error) {
		return c.create("PrimaryStorage", map[string]any{
			"type": typ, "mountPath": c.str("url"), "attachedClusterUuids": []string{},
		})
	}
}

func addBackupStorage(typ string) handler {
	return func(c *call) (*javajson.Object, *apierr.Error) {
		fields := map[string]any{"type": typ, "attachedZoneUuids": []string{}}
		if !c.has("sshPort") {
			fields["sshPort"] = int64(22)
		}
		return c.create("BackupStorage", fields)
	}
}

// attach returns a handler that adds the UUID that one parameter holds to a list
// in the record that another names.
func attach(record, list, value string) handler {
	return func(c *call) (*javajson.Object, *apierr.Error) {
		r := c.row(record)
		if slices.Contains(r.List(list), c.str(value)) {
			return nil, apierr.Failf(apierr.CodeInvalidArgument, "%s[uuid:%s] has been attached to %s[%s]", r.Kind.Name, r.Key, value, c.str(value))
		}
		c.node.enlist(r, list, c.str(value))
		return c.answer(r)
	}
}

// detach returns a handler that undoes what one from attach does.
func detach(record, list, value string) handler {
	return func(c *call) (*javajson.Object, *apierr.Error) {
		r := c.row(record)
		if !slices.Contains(r.List(list), c.str(value)) {
			return nil, apierr.Failf(apierr.CodeInvalidArgument, "%s[uuid:%s] has not been attached to %s[%s]", r.Kind.Name, r.Key, value, c.str(value))
		}
		c.node.unlist(r, list, c.str(value))
		return c.answer(r)
	}
}

// deletePrimaryStorage wants the storage to be detached first, as the server
// does.
func deletePrimaryStorage(c *call) (*javajson.Object, *apierr.Error) {
	r := c.row("uuid")
	if clusters := r.List("attachedClusterUuids"); len(clusters) > 0 {
		return nil, apierr.Failf(apierr.CodeOperation, "primary storage[uuid:%s] cannot be deleted for still being attached to cluster%v", r.Key, clusters)
	}
	return remove(c)
}
