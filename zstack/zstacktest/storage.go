package zstacktest

import "slices"

func storageAPIs() []*api {
	const add = "name! description url! type zoneUuid!@Zone resourceUuid"
	const addSftp = "name! description url! hostname! username! password! sshPort:int resourceUuid"
	const addImageStore = "name! description url! hostname! username! password sshPort:int resourceUuid"
	return []*api{
		on("AddLocalPrimaryStorage", "POST /primary-storage/local-storage", add, addPrimaryStorage("LocalStorage")),
		on("AddNfsPrimaryStorage", "POST /primary-storage/nfs", add, addPrimaryStorage("NFS")),
		on("UpdatePrimaryStorage", "PUT /primary-storage/{uuid}/actions", "uuid!@PrimaryStorage name description url", update),
		on("ChangePrimaryStorageState", "PUT /primary-storage/{uuid}/actions",
			"uuid!@PrimaryStorage stateEvent!=enable|disable|maintain|deleting", changeState),
		on("DeletePrimaryStorage", "DELETE /primary-storage/{uuid}", "uuid!@PrimaryStorage", deletePrimaryStorage),
		on("AttachPrimaryStorageToCluster", "POST /clusters/{clusterUuid}/primary-storage/{primaryStorageUuid}",
			"clusterUuid!@Cluster primaryStorageUuid!@PrimaryStorage",
			attach("primaryStorageUuid", "attachedClusterUuids", "clusterUuid")),
		on("DetachPrimaryStorageFromCluster", "DELETE /clusters/{clusterUuid}/primary-storage/{primaryStorageUuid}",
			"clusterUuid!@Cluster primaryStorageUuid!@PrimaryStorage",
			detach("primaryStorageUuid", "attachedClusterUuids", "clusterUuid")),

		on("AddImageStoreBackupStorage", "POST /backup-storage/image-store", addImageStore, addBackupStorage("ImageStoreBackupStorage")),
		on("AddSftpBackupStorage", "POST /backup-storage/sftp", addSftp, addBackupStorage("SftpBackupStorage")),
		on("UpdateBackupStorage", "PUT /backup-storage/{uuid}/actions", "uuid!@BackupStorage name description", update),
		on("ChangeBackupStorageState", "PUT /backup-storage/{uuid}/actions",
			"uuid!@BackupStorage stateEvent!=enable|disable", changeState),
		on("DeleteBackupStorage", "DELETE /backup-storage/{uuid}", "uuid!@BackupStorage", remove),
		on("AttachBackupStorageToZone", "POST /zones/{zoneUuid}/backup-storage/{backupStorageUuid}",
			"zoneUuid!@Zone backupStorageUuid!@BackupStorage", attach("backupStorageUuid", "attachedZoneUuids", "zoneUuid")),
		on("DetachBackupStorageFromZone", "DELETE /zones/{zoneUuid}/backup-storage/{backupStorageUuid}",
			"zoneUuid!@Zone backupStorageUuid!@BackupStorage", detach("backupStorageUuid", "attachedZoneUuids", "zoneUuid")),
	}
}

func addPrimaryStorage(typ string) handler {
	return func(c *call) (*object, *apiError) {
		return c.create("PrimaryStorage", map[string]any{
			"type": typ, "mountPath": c.str("url"), "attachedClusterUuids": []string{},
		})
	}
}

func addBackupStorage(typ string) handler {
	return func(c *call) (*object, *apiError) {
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
	return func(c *call) (*object, *apiError) {
		r := c.row(record)
		if slices.Contains(r.list(list), c.str(value)) {
			return nil, failf(codeInvalidArgument, "%s[uuid:%s] has been attached to %s[%s]", r.kind.name, r.key, value, c.str(value))
		}
		c.node.enlist(r, list, c.str(value))
		return c.answer(r)
	}
}

// detach returns a handler that undoes what one from attach does.
func detach(record, list, value string) handler {
	return func(c *call) (*object, *apiError) {
		r := c.row(record)
		if !slices.Contains(r.list(list), c.str(value)) {
			return nil, failf(codeInvalidArgument, "%s[uuid:%s] has not been attached to %s[%s]", r.kind.name, r.key, value, c.str(value))
		}
		c.node.unlist(r, list, c.str(value))
		return c.answer(r)
	}
}

// deletePrimaryStorage wants the storage to be detached first, as the server
// does.
func deletePrimaryStorage(c *call) (*object, *apiError) {
	r := c.row("uuid")
	if clusters := r.list("attachedClusterUuids"); len(clusters) > 0 {
		return nil, failf(codeOperation, "primary storage[uuid:%s] cannot be deleted for still being attached to cluster%v", r.key, clusters)
	}
	return remove(c)
}
