// The page `/counter`.
import '../base/base.css';
import '../base/kit.css';
import '../hub/hub.css';
import './counter.css';
import './engage-counter';
import './engage-till-key';
import './engage-used';
import './engage-uses';
import './engage-voucher';
