# Loaded by Python before Patroni itself, as `sitecustomize`: while the file named by PAUSE_FILE exists, Patroni waits at the worst place
# there is, between having read that it is the leader and renewing that. A machine can freeze anywhere; this makes it freeze there.
import os
import time

from patroni.dcs import etcd3

renew = etcd3.Etcd3._update_leader


def renew_later(self, *args):
    file = os.environ["PAUSE_FILE"]
    if os.path.exists(file):
        open(file + ".reached", "w").close()
        while os.path.exists(file):
            time.sleep(0.02)
        os.remove(file + ".reached")
    return renew(self, *args)


etcd3.Etcd3._update_leader = renew_later
